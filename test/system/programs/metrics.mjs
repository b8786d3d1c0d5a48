// A service whose spans are counted: some thousand of them, of several names, kinds, outcomes and durations, most of
// them not sampled. It tells its parent what there was, and which spans were kept, and is then there to be scraped.

import { init, trace } from '@do/trace';
import { memory, otlp, prometheus } from '@do/trace/exporters';

const { port, sample, endpoint, odd } = JSON.parse(process.env.METRICS);
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
// Names that nobody should give and somebody does. A zero byte is where Prometheus's parser takes a page to end.
const ODD = [
  'quote " and \\ slash',
  'brace } # {',
  'käse 🧀',
  'zero \0 byte',
  'line\nend',
  '\ud800',
  'x'.repeat(5_000),
];
const NAMES = ['GET /orders/{id}', 'POST /orders', 'charge', ...(odd ? ODD : [])];
const truth = new Map();

for (let i = 0; i < 6_000; i++) {
  const name = NAMES[i % NAMES.length];
  const kind = KINDS[i % KINDS.length];
  const failed = i % 7 === 0;
  // From nothing to 20 seconds, on and beside the bounds of buckets.
  const ms = [0, 0.3, 2, 2.000001, 9.5, 10, 399, 1_400, 14_999.5, 20_000][i % 10];
  const start = Date.now() - 60_000;
  const span = trace.startSpan(name, { kind, root: true, startTime: start });
  if (failed) span.setStatus({ code: 2 });
  span.end(start + ms);
  const key = JSON.stringify([name, kind, failed]);
  truth.set(key, (truth.get(key) ?? 0) + 1);
}

// A limit for hangs only, which a busy machine does not reach.
await trace.flush({ timeoutMs: 60_000 });
process.send({
  truth: [...truth].map(([key, count]) => [...JSON.parse(key), count]),
  kept: kept.spans.map(span => span.spanContext()).map(({ traceId, spanId }) => `${traceId} ${spanId}`),
});
// The page alone keeps no process alive; the parent's channel does, and its end is the end.
process.once('disconnect', () => process.exit());
