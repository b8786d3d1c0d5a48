// Compares the decisions of `sample.keep` in a process with those of the Collector's tail sampling, for the same traces.

import assert from 'node:assert/strict';
import { freePort } from '../../support/free-port.mjs';
import { startCollector } from '../backends/servers.mjs';
import { startCollector as startReceiver } from '../collector.mjs';
import { Child } from '../processes.mjs';
import {
  assertNoWarnings,
  assertRatio,
  groupBy,
  printConfig,
  waitUntilSettled,
  THRESHOLDS,
  DECISION_DELAY_MS,
} from './assertions.mjs';

const TRACES = 5_000;
const SLOW_MS = 500;
const NAME = 'check*';
const WAIT_MS = 4_000;
/** A ratio whose threshold is exact in the digits that both sides write. */
const RATIO = 0.25;

/** The intended differences: the side that keeps a trace which the other drops, the reason, and the condition. Each must occur. */
const DIFFERENCES = [
  {
    keptBy: 'collector',
    why: 'the Collector uses the duration of the whole trace, the process that of the local root',
    applies: ({ rootMs, traceMs, matches }) =>
      Math.floor(traceMs) > SLOW_MS && !(rootMs > SLOW_MS) && !matches,
  },
  {
    keptBy: 'collector',
    why: 'the Collector decides after a wait, so it includes errors and names after the end of the local root',
    applies: ({ rootMs, traceMs, matches, matchesLate }) =>
      matchesLate && !matches && !(rootMs > SLOW_MS) && Math.floor(traceMs) <= SLOW_MS,
  },
  {
    keptBy: 'process',
    why: 'the Collector compares whole milliseconds, so 500.25 ms is not more than 500 ms',
    applies: ({ rootMs, traceMs, matches, matchesLate }) =>
      rootMs > SLOW_MS && Math.floor(traceMs) <= SLOW_MS && !matches && !matchesLate,
  },
];

/** Runs the tier. */
export async function runTailSampling(check, app) {
  await compareWithCollectors(check, app, 0, { 'without ratio': [] });
  await compareWithCollectors(check, app, RATIO, { hashed: [], consistent: [THRESHOLDS] });
}

/** Runs one process, and a Collector for each set of arguments. */
async function compareWithCollectors(check, app, ratio, argsByName) {
  const processReceiver = await startReceiver();
  const collectorReceivers = {};
  const started = [];
  const config = ratio === 0 ? 'policies' : `policies and a ratio of ${ratio}`;
  try {
    for (const [name, args] of Object.entries(argsByName)) {
      collectorReceivers[name] = await startReceiver();
      const [http, grpc] = [await freePort(), await freePort()];
      const collectorConfig = await printConfig(app, 'sampler', {
        ratio,
        'slower-than-ms': SLOW_MS,
        names: NAME,
        to: collectorReceivers[name].env.OTEL_EXPORTER_OTLP_ENDPOINT,
        'wait-ms': WAIT_MS,
      });
      const collector = await startCollector(collectorConfig, {
        env: { DO_TRACE_SAMPLER_LISTEN: `127.0.0.1:${grpc}` },
        set: { 'receivers::otlp::protocols::http::endpoint': `127.0.0.1:${http}` },
        args,
      });
      started.push({ ...collector, name, http });
    }
    const keep = { errors: true, slowerThanMs: SLOW_MS, match: [{ name: NAME }] };
    const collectors = started.map(({ http }) => `http://127.0.0.1:${http}`);
    const endpoint = processReceiver.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    const { facts, seed } = await runProgram(app, { ratio, keep, endpoint, collectors, traces: TRACES });
    // About a tenth match a policy. All traces are decided when no span has arrived for the duration of a decision.
    for (const { spans } of Object.values(collectorReceivers))
      await waitUntilSettled(() => spans.length, TRACES / 10, WAIT_MS + DECISION_DELAY_MS);
    const inProcess = groupKept(processReceiver.spans);
    for (const [name, { spans }] of Object.entries(collectorReceivers)) {
      const inCollector = groupKept(spans);
      const label = `${config}, ${name} (seed ${seed})`;
      await check(
        `${label}: the ${inProcess.size} and ${inCollector.size} kept traces of ${TRACES} are complete`,
        () => {
          for (const kept of [inProcess, inCollector]) {
            for (const { traceId, size } of facts)
              assert(!kept.has(traceId) || kept.get(traceId).size === size);
          }
        },
      );
      if (name === 'hashed') await compareRatios(check, label, facts, inProcess, inCollector);
      else await compareDecisions(check, label, facts, inProcess, inCollector);
    }
    await check(`${config}: no Collector logs a warning`, () => {
      for (const collector of started) assertNoWarnings(collector, collector.name);
    });
  } finally {
    await Promise.all(started.map(({ stop }) => stop()));
    for (const receiver of [processReceiver, ...Object.values(collectorReceivers)]) receiver.stop();
  }
}

/** Compares the decisions trace by trace. Every difference must be intended, and every intended difference must occur. */
async function compareDecisions(check, label, facts, inProcess, inCollector) {
  const byDifference = groupBy(facts, fact => DIFFERENCES.find(({ applies }) => applies(fact)));
  const isDifferent = ({ traceId }) => inProcess.has(traceId) !== inCollector.has(traceId);
  const counts = DIFFERENCES.map(each => (byDifference.get(each) ?? []).filter(isDifferent).length).join(
    ', ',
  );
  await check(`${label}: both keep the same traces, except for ${counts} intended differences`, () => {
    for (const fact of facts) {
      const [isInProcess, isInCollector] = [inProcess.has(fact.traceId), inCollector.has(fact.traceId)];
      const difference = DIFFERENCES.find(({ applies }) => applies(fact));
      if (isInProcess === isInCollector) continue;
      const message = `process: ${isInProcess}, Collector: ${isInCollector}: ${JSON.stringify(fact)}`;
      assert.equal(difference?.keptBy, isInProcess ? 'process' : 'collector', message);
    }
    for (const difference of DIFFERENCES) {
      assert(
        (byDifference.get(difference) ?? []).some(isDifferent),
        `no trace has this difference: ${difference.why}`,
      );
    }
  });
  await check(`${label}: both write the same weight`, () => {
    const keptByBoth = (byDifference.get(undefined) ?? []).filter(({ traceId }) => inProcess.has(traceId));
    assert(keptByBoth.length > TRACES / 20, `only ${keptByBoth.length}`);
    for (const { traceId } of keptByBoth) {
      assert.deepEqual(inProcess.get(traceId).state, inCollector.get(traceId).state, traceId);
    }
  });
}

/** Compares policies trace by trace, and the ratio as a number, for a Collector that samples by its own hash. */
async function compareRatios(check, label, facts, inProcess, inCollector) {
  const comparable = facts.filter(fact => !DIFFERENCES.some(({ applies }) => applies(fact)));
  const isRequired = ({ matches, matchesLate, rootMs }) => matches || matchesLate || rootMs > SLOW_MS;
  const required = comparable.filter(isRequired);
  const rest = comparable.filter(fact => !isRequired(fact));
  await check(
    `${label}: both keep all ${required.length} that match a policy, and ${RATIO} of the ${rest.length} others`,
    () => {
      for (const [side, kept] of Object.entries({ process: inProcess, collector: inCollector })) {
        assert.deepEqual(
          required.filter(({ traceId }) => !kept.has(traceId)),
          [],
          side,
        );
        assertRatio(rest.filter(({ traceId }) => kept.has(traceId)).length, rest.length, RATIO, side);
      }
    },
  );
}

/** Returns the number of spans and the distinct tracestates of each kept trace. */
function groupKept(spans) {
  const traces = groupBy(spans, ({ traceId }) => traceId);
  return new Map(
    [...traces].map(([traceId, spansOfTrace]) => [
      traceId,
      {
        size: new Set(spansOfTrace.map(({ spanId }) => spanId)).size,
        state: [...new Set(spansOfTrace.map(({ traceState }) => traceState))],
      },
    ]),
  );
}

async function runProgram(app, settings) {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const child = new Child(process.execPath, ['test/system/programs/tail-sampling.mjs'], {
    cwd: app,
    env: { TAIL_SAMPLING: JSON.stringify({ ...settings, seed }) },
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
