// The same traces and the same policies, decided by `sample.keep` in a process and by a Collector's tail sampling.

import assert from 'node:assert/strict';
import { freePort } from '../../support/free-port.mjs';
import { startCollector } from '../backends/servers.mjs';
import { startCollector as startReceiver } from '../collector.mjs';
import { Child } from '../processes.mjs';
import { assertQuiet, assertShare, groupBy, printed, settled, THRESHOLDS, TICKS_MS } from './parts.mjs';

const TRACES = 5_000;
const SLOW_MS = 500;
const NAME = 'check*';
const WAIT_MS = 4_000;
/** A share whose threshold has no more digits than either side writes. */
const RATIO = 0.25;

/** In what the two differ by design: who keeps a trace that the other does not, and when. Each must occur. */
const DIFFERENCES = [
  {
    keeps: 'theirs',
    why: 'latency is that of the whole trace for the Collector, and that of the local root in the process',
    fits: ({ rootMs, wholeMs, found }) => Math.floor(wholeMs) > SLOW_MS && !(rootMs > SLOW_MS) && !found,
  },
  {
    keeps: 'theirs',
    why: 'the process decides when the local root has ended, the Collector after a wait: later failures and names count',
    fits: ({ rootMs, wholeMs, found, foundLate }) =>
      foundLate && !found && !(rootMs > SLOW_MS) && Math.floor(wholeMs) <= SLOW_MS,
  },
  {
    keeps: 'ours',
    why: 'the Collector counts whole milliseconds: 500.25 are not more than 500',
    fits: ({ rootMs, wholeMs, found, foundLate }) =>
      rootMs > SLOW_MS && Math.floor(wholeMs) <= SLOW_MS && !found && !foundLate,
  },
];

/** Runs the tier. */
export async function runTwins(check, app) {
  await twins(check, app, 0, { alone: [] });
  await twins(check, app, RATIO, { hashed: [], consistent: [THRESHOLDS] });
}

/** One process, and a Collector for each set of arguments. */
async function twins(check, app, ratio, args) {
  const ours = await startReceiver();
  const theirs = {};
  const started = [];
  const what = ratio === 0 ? 'policies' : `policies and a share of ${ratio}`;
  try {
    for (const [name, extra] of Object.entries(args)) {
      theirs[name] = await startReceiver();
      const [http, grpc] = [await freePort(), await freePort()];
      const config = await printed(app, 'sampler', {
        ratio,
        'slower-than-ms': SLOW_MS,
        names: NAME,
        to: theirs[name].env.OTEL_EXPORTER_OTLP_ENDPOINT,
        'wait-ms': WAIT_MS,
      });
      const collector = await startCollector(config, {
        env: { TRACE_SAMPLER_LISTEN: `127.0.0.1:${grpc}` },
        set: { 'receivers::otlp::protocols::http::endpoint': `127.0.0.1:${http}` },
        args: extra,
      });
      started.push({ ...collector, name, http });
    }
    const keep = { errors: true, slowerThanMs: SLOW_MS, match: [{ name: NAME }] };
    const collectors = started.map(({ http }) => `http://127.0.0.1:${http}`);
    const endpoint = ours.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    const { facts, seed } = await decide(app, { ratio, keep, endpoint, collectors, traces: TRACES });
    // A tenth has a reason; when nothing more has come for as long as a decision takes, all have been made.
    for (const { spans } of Object.values(theirs))
      await settled(() => spans.length, TRACES / 10, WAIT_MS + TICKS_MS);
    const own = decisions(ours.spans);
    for (const [name, { spans }] of Object.entries(theirs)) {
      const others = decisions(spans);
      const again = `${what}, ${name} (seed ${seed})`;
      await check(`${again}: the ${own.size} and ${others.size} kept of ${TRACES} are whole`, () => {
        for (const kept of [own, others]) {
          for (const { traceId, size } of facts)
            assert(!kept.has(traceId) || kept.get(traceId).size === size);
        }
      });
      if (name === 'hashed') await compareShares(check, again, facts, own, others);
      else await compareDecisions(check, again, facts, own, others);
    }
    await check(`${what}: no Collector warned of anything`, () => {
      for (const collector of started) assertQuiet(collector, collector.name);
    });
  } finally {
    await Promise.all(started.map(({ stop }) => stop()));
    for (const receiver of [ours, ...Object.values(theirs)]) receiver.stop();
  }
}

/** Trace by trace: every difference has a reason, and every reason a trace. */
async function compareDecisions(check, what, facts, own, others) {
  const reasons = groupBy(facts, fact => DIFFERENCES.find(({ fits }) => fits(fact)));
  const isDifferent = ({ traceId }) => own.has(traceId) !== others.has(traceId);
  const listed = DIFFERENCES.map(each => (reasons.get(each) ?? []).filter(isDifferent).length).join(', ');
  await check(`${what}: both keep the same, except for ${listed} traces that differ by design`, () => {
    for (const fact of facts) {
      const [inOurs, inTheirs] = [own.has(fact.traceId), others.has(fact.traceId)];
      const difference = DIFFERENCES.find(({ fits }) => fits(fact));
      if (inOurs === inTheirs) continue;
      const message = `ours: ${inOurs}, the Collector: ${inTheirs}: ${JSON.stringify(fact)}`;
      assert.equal(difference?.keeps, inOurs ? 'ours' : 'theirs', message);
    }
    for (const difference of DIFFERENCES) {
      assert(
        (reasons.get(difference) ?? []).some(isDifferent),
        `no trace shows this any more: ${difference.why}`,
      );
    }
  });
  await check(`${what}: both write the same weight`, () => {
    const same = (reasons.get(undefined) ?? []).filter(({ traceId }) => own.has(traceId));
    assert(same.length > TRACES / 20, `only ${same.length}`);
    for (const { traceId } of same) {
      const [mine, other] = [own.get(traceId).state, others.get(traceId).state];
      assert.deepEqual(mine, other, traceId);
    }
  });
}

/** Where the Collector's share follows a hash of its own: the policies trace by trace, the share as a number. */
async function compareShares(check, what, facts, own, others) {
  const same = facts.filter(fact => !DIFFERENCES.some(({ fits }) => fits(fact)));
  const isDue = ({ found, foundLate, rootMs }) => found || foundLate || rootMs > SLOW_MS;
  const [due, rest] = [same.filter(isDue), same.filter(fact => !isDue(fact))];
  await check(
    `${what}: both keep all ${due.length} with a reason, and of ${rest.length} others their share`,
    () => {
      for (const [who, kept] of Object.entries({ ours: own, theirs: others })) {
        assert.deepEqual(
          due.filter(({ traceId }) => !kept.has(traceId)),
          [],
          who,
        );
        assertShare(rest.filter(({ traceId }) => kept.has(traceId)).length, rest.length, RATIO, who);
      }
    },
  );
}

/** Of each trace the number of its spans, and the tracestates of them. */
function decisions(spans) {
  const traces = groupBy(spans, ({ traceId }) => traceId);
  return new Map(
    [...traces].map(([traceId, own]) => [
      traceId,
      {
        size: new Set(own.map(({ spanId }) => spanId)).size,
        state: [...new Set(own.map(({ traceState }) => traceState))],
      },
    ]),
  );
}

async function decide(app, settings) {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const child = new Child(process.execPath, ['test/system/programs/twins.mjs'], {
    cwd: app,
    env: { TWINS: JSON.stringify({ ...settings, seed }) },
    ipc: true,
  });
  try {
    const { facts, exporters } = await child.nextMessage();
    const [{ queued, rejected, dropped }] = exporters;
    assert.deepEqual({ queued, rejected, dropped }, { queued: 0, rejected: 0, dropped: {} });
    return { facts, seed };
  } finally {
    await child.end();
  }
}
