// Consistent probability sampling over two samplers: first ours at the root, then the Collector's probabilistic sampler.

import assert from 'node:assert/strict';
import { freePort } from '../../support/free-port.mjs';
import { startCollector } from '../backends/servers.mjs';
import { startCollector as startReceiver } from '../collector.mjs';
import { Child } from '../processes.mjs';
import { assertQuiet, assertShare, groupBy, settled } from './parts.mjs';

const TRACES = 4_000;
const SPANS = 3;
/** The share at which the Collector wants to have every trace. */
const WANTED = 0.1;

/** Runs the tier. */
export async function runShare(check, app) {
  const modes = { equalizing: WANTED, proportional: WANTED / 0.5 };
  const receivers = { equalizing: await startReceiver(), proportional: await startReceiver() };
  const port = await freePort();
  const collector = await startCollector(configOf(port, modes, receivers));
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    const sent = {};
    for (const [service, settings] of Object.entries({
      everything: { ratio: 1 },
      half: { ratio: 0.5, guests: TRACES / 2 },
      wanted: { ratio: WANTED },
      few: { ratio: 0.02 },
    })) {
      sent[service] = await runService(app, { service, endpoint, traces: TRACES, guests: 0, ...settings });
    }
    const threshold = thresholdOf(sent.wanted[0]);
    const isWanted = span => randomnessOf(span) >= threshold;
    const due = {
      equalizing: [...sent.everything, ...sent.half].filter(isWanted).concat(sent.wanted, sent.few),
      proportional: sent.half.filter(isWanted),
    };
    for (const [mode, { spans }] of Object.entries(receivers)) {
      await settled(() => spans.length, due[mode].length);
    }
    const shown = Object.fromEntries(
      Object.entries(receivers).map(([mode, { spans }]) => [mode, groupBy(spans, ({ service }) => service)]),
    );
    for (const service of ['everything', 'half']) {
      const expected = sent[service].filter(isWanted);
      await check(
        `equalizing leaves of the ${sent[service].length} spans of ${service} the ${expected.length} that ` +
          `sample: ${WANTED} keeps, and writes its threshold (${threshold})`,
        () => compare(shown.equalizing.get(service), expected, () => threshold),
      );
    }
    const expected = sent.half.filter(isWanted);
    await check(`proportional, a fifth of the half: the same ${expected.length}`, () =>
      compare(shown.proportional.get('half'), expected, () => threshold),
    );
    for (const service of ['wanted', 'few']) {
      await check(`equalizing leaves the ${sent[service].length} spans of ${service} as they are`, () =>
        compare(shown.equalizing.get(service), sent[service], thresholdOf),
      );
    }
    await check('the shares are what they were to be', () => {
      const guests = sent.half.filter(({ traceState }) => traceState.includes('other=1')).length / SPANS;
      assert.equal(guests, TRACES / 2);
      assertShare(sent.half.length / SPANS - guests, TRACES, 0.5, 'half');
      assertShare(sent.wanted.length / SPANS, TRACES, WANTED, 'wanted');
      assertShare(sent.few.length / SPANS, TRACES, 0.02, 'few');
      assertShare(shown.equalizing.get('everything').length / SPANS, TRACES, WANTED, 'everything, equalized');
    });
    await check('the Collector warned of nothing', () => assertQuiet(collector, 'the Collector'));
  } finally {
    await collector.stop();
    for (const receiver of Object.values(receivers)) receiver.stop();
  }
}

function configOf(port, modes, receivers) {
  const of = make => Object.fromEntries(Object.keys(modes).map(make));
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: of(mode => [
      `probabilistic_sampler/${mode}`,
      { mode, sampling_percentage: 100 * modes[mode] },
    ]),
    exporters: of(mode => [
      `otlp_http/${mode}`,
      { endpoint: receivers[mode].env.OTEL_EXPORTER_OTLP_ENDPOINT },
    ]),
    service: {
      pipelines: of(mode => [
        `traces/${mode}`,
        {
          receivers: ['otlp'],
          processors: [`probabilistic_sampler/${mode}`],
          exporters: [`otlp_http/${mode}`],
        },
      ]),
    },
  };
}

async function runService(app, settings) {
  const child = new Child(process.execPath, ['test/system/programs/share.mjs'], {
    cwd: app,
    env: { SHARE: JSON.stringify(settings) },
    ipc: true,
  });
  try {
    const { kept, exporters } = await child.nextMessage();
    assert.equal(exporters[0].sent, kept.length, JSON.stringify(exporters[0]));
    return kept;
  } finally {
    await child.end();
  }
}

/** The very same spans, each with its threshold, and with whatever else its tracestate said. */
function compare(shown = [], expected, threshold) {
  const rows = list => list.map(span => [span.spanId, span.traceId, rest(span)].join(' ')).sort();
  assert.deepEqual(rows(shown), rows(expected));
  const wanted = new Map(expected.map(span => [span.spanId, threshold(span)]));
  const wrong = shown.filter(span => thresholdOf(span) !== wanted.get(span.spanId));
  assert.deepEqual(wrong.slice(0, 3), [], `${wrong.length} have another threshold`);
}

function thresholdOf({ traceState }) {
  return /\bth:([0-9a-f]+)/.exec(traceState)?.[1];
}

function randomnessOf({ traceId, traceState }) {
  return /\brv:([0-9a-f]{14})/.exec(traceState)?.[1] ?? traceId.slice(-14);
}

/** A tracestate without the threshold, its parts in one order. */
function rest({ traceState }) {
  return traceState
    .split(/[,;]/)
    .map(part => part.replace(/^ot=/, ''))
    .filter(part => part !== '' && !part.startsWith('th:'))
    .sort()
    .join();
}
