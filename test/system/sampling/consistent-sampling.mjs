// Consistent probability sampling with two samplers: ours at the root, then the probabilistic sampler of the Collector.

import assert from 'node:assert/strict';
import { freePort } from '../../support/free-port.mjs';
import { startCollector } from '../backends/servers.mjs';
import { startCollector as startReceiver } from '../collector.mjs';
import { Child } from '../processes.mjs';
import { assertNoWarnings, assertRatio, groupBy, waitUntilSettled } from './assertions.mjs';

const TRACES = 4_000;
const SPANS_PER_TRACE = 3;
/** The sampling ratio of the Collector. */
const COLLECTOR_RATIO = 0.1;

/** Runs the tier. */
export async function runConsistentSampling(check, app) {
  const modes = { equalizing: COLLECTOR_RATIO, proportional: COLLECTOR_RATIO / 0.5 };
  const receivers = { equalizing: await startReceiver(), proportional: await startReceiver() };
  const port = await freePort();
  const collector = await startCollector(configOf(port, modes, receivers));
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    const sent = {};
    for (const [service, settings] of Object.entries({
      all: { ratio: 1 },
      half: { ratio: 0.5, remoteTraces: TRACES / 2 },
      tenth: { ratio: COLLECTOR_RATIO },
      fiftieth: { ratio: 0.02 },
    })) {
      sent[service] = await runService(app, {
        service,
        endpoint,
        traces: TRACES,
        remoteTraces: 0,
        ...settings,
      });
    }
    const threshold = thresholdOf(sent.tenth[0]);
    const isSampled = span => randomnessOf(span) >= threshold;
    const expectedSpans = {
      equalizing: [...sent.all, ...sent.half].filter(isSampled).concat(sent.tenth, sent.fiftieth),
      proportional: sent.half.filter(isSampled),
    };
    for (const [mode, { spans }] of Object.entries(receivers)) {
      await waitUntilSettled(() => spans.length, expectedSpans[mode].length);
    }
    const received = Object.fromEntries(
      Object.entries(receivers).map(([mode, { spans }]) => [mode, groupBy(spans, ({ service }) => service)]),
    );
    for (const service of ['all', 'half']) {
      const expected = sent[service].filter(isSampled);
      await check(
        `equalizing keeps ${expected.length} of the ${sent[service].length} spans of '${service}', those of ` +
          `sample: ${COLLECTOR_RATIO}, and writes its threshold (${threshold})`,
        () => compare(received.equalizing.get(service), expected, () => threshold),
      );
    }
    const expected = sent.half.filter(isSampled);
    await check(`proportional keeps the same ${expected.length} spans of 'half'`, () =>
      compare(received.proportional.get('half'), expected, () => threshold),
    );
    for (const service of ['tenth', 'fiftieth']) {
      await check(`equalizing does not change the ${sent[service].length} spans of '${service}'`, () =>
        compare(received.equalizing.get(service), sent[service], thresholdOf),
      );
    }
    await check('each service and the Collector keep the configured ratio', () => {
      const tracesOf = spans => spans.length / SPANS_PER_TRACE;
      const remote = tracesOf(sent.half.filter(({ traceState }) => traceState.includes('other=1')));
      assert.equal(remote, TRACES / 2);
      assertRatio(tracesOf(sent.half) - remote, TRACES, 0.5, 'half');
      assertRatio(tracesOf(sent.tenth), TRACES, COLLECTOR_RATIO, 'tenth');
      assertRatio(tracesOf(sent.fiftieth), TRACES, 0.02, 'fiftieth');
      assertRatio(tracesOf(received.equalizing.get('all')), TRACES, COLLECTOR_RATIO, 'all, equalizing');
    });
    await check('the Collector logs no warning', () => assertNoWarnings(collector, 'the Collector'));
  } finally {
    await collector.stop();
    for (const receiver of Object.values(receivers)) receiver.stop();
  }
}

function configOf(port, modes, receivers) {
  const forEachMode = createEntry => Object.fromEntries(Object.keys(modes).map(createEntry));
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: forEachMode(mode => [
      `probabilistic_sampler/${mode}`,
      { mode, sampling_percentage: 100 * modes[mode] },
    ]),
    exporters: forEachMode(mode => [
      `otlp_http/${mode}`,
      { endpoint: receivers[mode].env.OTEL_EXPORTER_OTLP_ENDPOINT },
    ]),
    service: {
      pipelines: forEachMode(mode => [
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
  const child = new Child(process.execPath, ['test/system/programs/consistent-sampling.mjs'], {
    cwd: app,
    env: { CONSISTENT_SAMPLING: JSON.stringify(settings) },
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

/** Expects the same spans with the expected thresholds. The other entries of the tracestate must be unchanged. */
function compare(received = [], expected, expectedThreshold) {
  const rows = list => list.map(span => [span.spanId, span.traceId, withoutThreshold(span)].join(' ')).sort();
  assert.deepEqual(rows(received), rows(expected));
  const thresholds = new Map(expected.map(span => [span.spanId, expectedThreshold(span)]));
  const wrong = received.filter(span => thresholdOf(span) !== thresholds.get(span.spanId));
  assert.deepEqual(wrong.slice(0, 3), [], `${wrong.length} have another threshold`);
}

function thresholdOf({ traceState }) {
  return /\bth:([0-9a-f]+)/.exec(traceState)?.[1];
}

function randomnessOf({ traceId, traceState }) {
  return /\brv:([0-9a-f]{14})/.exec(traceState)?.[1] ?? traceId.slice(-14);
}

/** Returns the sorted entries of a tracestate without the threshold. */
function withoutThreshold({ traceState }) {
  return traceState
    .split(/[,;]/)
    .map(part => part.replace(/^ot=/, ''))
    .filter(part => part !== '' && !part.startsWith('th:'))
    .sort()
    .join();
}
