// Measures counting a span, and a scrape: ours, prom-client, and OpenTelemetry's metrics SDK with its Prometheus exporter.
// Each side is a separate process that observes one histogram and one counter per span, with the labels of the Collector's
// span metrics, and serves its page over HTTP. This process scrapes it.
//
// Ours and prom-client keep an exemplar for every span. OpenTelemetry's exporter does not support exemplars.
//
//   node bench/prometheus.mjs [--turns 3] [--scrapes 15]       (after npm run build; rivals are installed in the cache)

import { fork } from 'node:child_process';
import { createServer, get } from 'node:http';
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { npmFolder } from '../test/system/folders.mjs';
import { alone } from './pairs.mjs';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '3' },
    scrapes: { type: 'string', default: '15' },
    // For the process of one side.
    side: { type: 'string' },
    names: { type: 'string', default: '500' },
    folder: { type: 'string', default: '' },
  },
});

const RIVALS = {
  '@opentelemetry/api': '1.9.1',
  '@opentelemetry/exporter-prometheus': '0.223.0',
  '@opentelemetry/sdk-metrics': '2.12.0',
  'prom-client': '15.1.3',
};
const BUCKETS = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000];
/** Lines on the page for each label set: the buckets, the bucket +Inf, sum, count, and the calls. */
const LINES = BUCKETS.length + 4;
const BOUND_MS = 100;
const OPEN = 'application/openmetrics-text; version=1.0.0';
/** Names that the timed spans share, as those of an application do. */
const HOT_NAMES = 50;
const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

/** Each returns a function that counts a span, and the port of its page. */
const SIDES = {
  async ours(count) {
    const { prometheus } = await import('@do/trace/exporters');
    const quiet = { error() {}, warn() {}, info() {}, debug() {}, once() {}, report() {}, reportOnce() {} };
    const exporter = prometheus({ port: 0, maxSeries: count });
    const { processor } = exporter.start({
      service: 'orders',
      resource: { attributes: {} },
      env: {},
      diagnostics: quiet,
    });
    await exporter.check();
    return { count: span => processor.onEnd(span), port: Number(new URL(exporter.endpoint).port) };
  },
  async 'prom-client'() {
    const { Counter, Histogram, Registry } = rival('prom-client');
    const register = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
    const labelNames = ['service_name', 'span_name', 'span_kind', 'status_code'];
    const common = { help: 'x', labelNames, registers: [register] };
    const calls = new Counter({ name: 'traces_span_metrics_calls', ...common });
    const duration = new Histogram({
      name: 'traces_span_metrics_duration_milliseconds',
      buckets: BUCKETS,
      enableExemplars: true,
      ...common,
    });
    const server = createServer(async (_, response) => response.end(await register.metrics()));
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    const count = span => {
      const labels = {
        service_name: 'orders',
        span_name: span.name,
        span_kind: 'SPAN_KIND_SERVER',
        status_code: 'STATUS_CODE_UNSET',
      };
      const { traceId, spanId } = span.spanContext();
      const exemplarLabels = { trace_id: traceId, span_id: spanId };
      duration.observe({ labels, value: milliseconds(span), exemplarLabels });
      calls.inc(labels);
    };
    return { count, port: server.address().port };
  },
  async OpenTelemetry(names) {
    const { MeterProvider } = rival('@opentelemetry/sdk-metrics');
    const { PrometheusExporter } = rival('@opentelemetry/exporter-prometheus');
    const port = await freePort();
    const exporter = await new Promise(resolve => {
      const made = new PrometheusExporter({ port, host: '127.0.0.1' }, () => resolve(made));
    });
    const views = [{ instrumentName: '*', aggregationCardinalityLimit: names * 2 }];
    const meter = new MeterProvider({ readers: [exporter], views }).getMeter('bench');
    const calls = meter.createCounter('traces.span.metrics.calls');
    const advice = { explicitBucketBoundaries: BUCKETS };
    const duration = meter.createHistogram('traces.span.metrics.duration', { unit: 'ms', advice });
    const count = span => {
      const attributes = {
        'service.name': 'orders',
        'span.name': span.name,
        'span.kind': 'SPAN_KIND_SERVER',
        'status.code': 'STATUS_CODE_UNSET',
      };
      duration.record(milliseconds(span), attributes);
      calls.add(1, attributes);
    };
    return { count, port };
  },
};

if (values.side === undefined) await compare();
else await serve();

async function compare() {
  const folder = await npmFolder('bench-metrics', RIVALS);
  const load = loadavg()[0].toFixed(1);
  console.log(`counting a span and scraping a page, Node ${process.versions.node}, load ${load}; medians`);
  for (const names of [500, 10_000]) {
    const rows = Object.fromEntries(Object.keys(SIDES).map(side => [side, { ns: [], ms: [], lines: 0 }]));
    for (let turn = 0; turn < Number(values.turns); turn++) {
      for (const [side, row] of Object.entries(rows)) await measure(side, names, folder, row);
    }
    console.log(`\n${names} histograms, ${(names * LINES).toLocaleString('en')} series`);
    for (const [side, { ns, ms, bytes }] of Object.entries(rows)) {
      const [nsEach, msEach] = [median(ns), median(ms)];
      const ratio = (median(rows.ours.ns) / nsEach).toFixed(2);
      const scrape = (median(rows.ours.ms) / msEach).toFixed(2);
      const [first, second] = [`${nsEach.toFixed(0)} ns a span`, `${msEach.toFixed(0)} ms a scrape`];
      const against = side === 'ours' ? `bound ${BOUND_MS} ms` : `ours ${ratio}x and ${scrape}x`;
      const size = `${(bytes / 1e6).toFixed(1)} MB`;
      console.log(
        `${side.padEnd(14)} ${first.padStart(16)} ${second.padStart(18)} ${size.padStart(8)}   ${against}`,
      );
    }
  }
}

async function measure(side, names, folder, row) {
  const args = ['--side', side, '--names', String(names), '--folder', folder];
  const child = fork(fileURLToPath(import.meta.url), args);
  try {
    const { ns, port } = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', code => reject(new Error(`${side} ended with ${code}`)));
    });
    row.ns.push(ns);
    // The first scrapes compile the code. In operation Prometheus scrapes every few seconds, so these do not count.
    for (let i = 0; i < 5; i++) await scrape(port);
    for (let i = 0; i < Number(values.scrapes); i++) {
      const { ms, bytes, lines } = await scrape(port);
      if (lines < names * LINES) throw new Error(`${side}: ${lines} lines on the page`);
      row.ms.push(ms);
      row.bytes = bytes;
    }
  } finally {
    child.removeAllListeners('exit');
    child.disconnect();
  }
}

/** Times a scrape from the request to the last byte. */
function scrape(port) {
  const start = performance.now();
  const options = { host: '127.0.0.1', port, path: '/metrics', headers: { accept: OPEN } };
  return new Promise((resolve, reject) => {
    get(options, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => {
        const ms = performance.now() - start;
        let [bytes, lines] = [0, 0];
        for (const chunk of chunks) {
          bytes += chunk.length;
          for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
        }
        resolve({ ms, bytes, lines });
      });
    }).on('error', reject);
  });
}

async function serve() {
  const names = Number(values.names);
  const { count, port } = await SIDES[values.side](names);
  const spans = Array.from({ length: names }, (_, i) => ({
    name: `GET /things/kind-${i}`,
    kind: 1,
    status: { code: 0 },
    duration: [0, ((i * 37) % 3_000) * 1e6],
    spanContext: () => IDS,
  }));
  for (const span of spans) count(span);
  let next = 0;
  const run = () => count(spans[next++ % HOT_NAMES]);
  const ns = await alone({ run, sync: true });
  process.send({ ns, port });
  process.once('disconnect', () => process.exit());
}

function milliseconds({ duration: [seconds, nanoseconds] }) {
  return seconds * 1e3 + nanoseconds / 1e6;
}

function rival(name) {
  return createRequire(join(values.folder, 'package.json'))(name);
}

async function freePort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}
