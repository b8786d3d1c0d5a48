// A service with a metrics page. It ends thousands of spans with several names, kinds, statuses and durations, of which most are
// not sampled. It sends the counts of all spans and the ids of the kept ones to its parent, and then serves the page.

import { init, trace } from '@do/trace';
import { memory, otlp, prometheus } from '@do/trace/exporters';

const { port, sample, endpoint, unusualNames } = JSON.parse(process.env.METRICS);
const kept = memory();

init({
  service: { name: 'shop', version: '1.2.3' },
  exporter: [
    kept,
    prometheus({ port, ...(endpoint === undefined ? {} : { push: { endpoint, intervalMs: 3_600_000 } }) }),
    ...(endpoint === undefined ? [] : [otlp({ endpoint })]),
  ],
  sample,
  instrument: false,
});

const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'];
// Names with special characters. Prometheus's parser treats a zero byte as the end of the page.
const UNUSUAL_NAMES = [
  'quote " and \\ slash',
  'brace } # {',
  'käse 🧀',
  'zero \0 byte',
  'line\nend',
  '\ud800',
  'x'.repeat(5_000),
];
const NAMES = ['GET /orders/{id}', 'POST /orders', 'charge', ...(unusualNames ? UNUSUAL_NAMES : [])];
const counts = new Map();

for (let i = 0; i < 6_000; i++) {
  const name = NAMES[i % NAMES.length];
  const kind = KINDS[i % KINDS.length];
  const failed = i % 7 === 0;
  // From 0 to 20 seconds, at and near the bounds of buckets.
  const ms = [0, 0.3, 2, 2.000001, 9.5, 10, 399, 1_400, 14_999.5, 20_000][i % 10];
  const start = Date.now() - 60_000;
  const span = trace.startSpan(name, { kind, root: true, startTime: start });
  if (failed) span.setStatus({ code: 2 });
  span.end(start + ms);
  const key = JSON.stringify([name, kind, failed]);
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

// A limit for hangs only, which a busy machine does not reach.
await trace.flush({ timeoutMs: 60_000 });
process.send({
  ended: [...counts].map(([key, count]) => [...JSON.parse(key), count]),
  kept: kept.spans.map(span => span.spanContext()).map(({ traceId, spanId }) => `${traceId} ${spanId}`),
});
// The metrics server does not keep the process alive. The IPC channel of the parent does, until it is disconnected.
process.once('disconnect', () => process.exit());
