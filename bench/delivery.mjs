// Measures the cost of a span from its start until its bytes are delivered: ours against BatchSpanProcessor with
// OpenTelemetry's OTLP/protobuf exporter, paced and unpaced, with gzip and without. Each run is a separate process and counts
// the processor time of the whole process, including its thread pool. The receiver is another process.
//
//   node bench/delivery.mjs [--spans 200000] [--rounds 3] [--quick]       (after npm run build)
//
// The machine may be busy, so the sides take turns in every round, each round in another order, and the result is the median
// of the rounds' ratios. The cost of pacing and measuring is shown as "harness" and not subtracted. Both sides create the same
// spans, use their default batch sizes, and deliver every span: BatchSpanProcessor gets a queue and a concurrency for all of
// them. A span that is missing at the receiver fails the run.

import { execFile, fork } from 'node:child_process';
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { countSpans } from './count-spans.mjs';

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    dist: { type: 'string', default: new URL('../build/cjs/', import.meta.url).href },
    role: { type: 'string', default: 'main' },
    side: { type: 'string', default: 'ours' },
    mode: { type: 'string', default: 'unpaced' },
    compression: { type: 'string', default: 'gzip' },
    port: { type: 'string', default: '0' },
  },
});
const BOUND = 0.4;
const WARM_UP = 50_000;
const SIDES = ['harness', 'theirs', 'ours', 'ours on our engine'];
// 20,000 spans per second. Each wake-up of a process costs about 0.1 ms of processor time on this machine, on every side. The
// monitor of the event loop uses the same wake-ups.
const SLICE_MS = 20;
const SPANS_A_MS = 20;
const spans = Number(values.spans);

if (values.role === 'receiver') await receive();
else if (values.role === 'sender') console.log(JSON.stringify(await run()));
else await compare();

/** Counts requests, bytes and spans. A GET request returns the counts and resets them. */
async function receive() {
  let seen = { bytes: 0, spans: 0, requests: 0 };
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify(seen));
      seen = { bytes: 0, spans: 0, requests: 0 };
      return;
    }
    const chunks = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      seen.bytes += body.length;
      seen.requests++;
      seen.spans += countSpans(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
      response.writeHead(200, { 'Content-Type': 'application/x-protobuf' });
      response.end();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

/** Creates the spans of one side and measures this process. */
async function run() {
  const { provider, finish } = await makeSide();
  const tracer = provider.getTracer('bench', '1.0.0');
  const makeSpan = i => {
    if (values.side === 'harness') return;
    const span = tracer.startSpan(`processOrder ${i % 20}`);
    span.setAttribute('order.id', `order-${i}`);
    span.setAttribute('http.request.method', 'POST');
    span.setAttribute('order.items', i % 7);
    span.setAttribute('url.full', `http://orders.internal:8080/orders/${i}?expand=items`);
    if (i % 4 === 0) span.addEvent('Payment processed', { 'payment.id': `p-${i}` });
    span.end();
  };
  // Warm-up. Without the pause, a side without anything to flush would compile within the measured time.
  for (let i = 0; i < WARM_UP; i++) {
    makeSpan(i);
    if (i % 1_000 === 0) await new Promise(resolve => setImmediate(resolve));
  }
  await provider.forceFlush();
  await new Promise(resolve => setTimeout(resolve, 500));
  const delay = monitorEventLoopDelay({ resolution: SLICE_MS });
  delay.enable();
  const before = process.cpuUsage();
  const began = performance.now();
  if (values.mode === 'paced') {
    for (let i = 0; i < spans; ) {
      for (const end = Math.min(i + SLICE_MS * SPANS_A_MS, spans); i < end; i++) makeSpan(i);
      const aheadMs = began + i / SPANS_A_MS - performance.now();
      await new Promise(resolve => setTimeout(resolve, Math.max(0, aheadMs)));
    }
  } else {
    for (let i = 0; i < spans; ) {
      for (const end = Math.min(i + 1_000, spans); i < end; i++) makeSpan(i);
      await new Promise(resolve => setImmediate(resolve));
    }
  }
  await finish();
  const cpu = process.cpuUsage(before);
  delay.disable();
  return {
    cpuUs: (cpu.user + cpu.system) / spans,
    p99Ms: delay.percentile(99) / 1e6,
    maxMs: delay.max / 1e6,
    peakMib: process.resourceUsage().maxRSS / 1024,
  };
}

async function makeSide() {
  const { BasicTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const resource = resourceFromAttributes({
    'service.name': 'bench',
    'service.version': '1.0.0',
    'host.name': 'here',
  });
  const url = `http://127.0.0.1:${values.port}/v1/traces`;
  if (values.side === 'harness')
    return { provider: new BasicTracerProvider(), finish: async () => undefined };
  if (values.side === 'theirs') {
    const { OTLPExporterBase } = await import('@opentelemetry/otlp-exporter-base');
    const { createOtlpHttpExportDelegate, httpAgentFactoryFromOptions } = await import(
      '@opentelemetry/otlp-exporter-base/node-http'
    );
    const { ProtobufTraceSerializer, TraceExporterMetricsHelper } = await import(
      '@opentelemetry/otlp-transformer'
    );
    const exporter = new OTLPExporterBase(
      createOtlpHttpExportDelegate(
        {
          url,
          headers: async () => ({ 'Content-Type': 'application/x-protobuf' }),
          compression: values.compression,
          concurrencyLimit: 100_000,
          timeoutMillis: 60_000,
          agentFactory: httpAgentFactoryFromOptions({ keepAlive: true }),
        },
        ProtobufTraceSerializer,
        'otlp_http_span_exporter',
        TraceExporterMetricsHelper,
      ),
    );
    const processor = new BatchSpanProcessor(exporter, {
      maxQueueSize: 1_000_000,
      exportTimeoutMillis: 60_000,
    });
    const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
    return { provider, finish: () => provider.shutdown() };
  }
  const { createDelivery } = await import(new URL('delivery/index.js', values.dist).href);
  const quiet = {
    warn: console.error,
    error: console.error,
    info() {},
    debug() {},
    once() {},
    report: (level, { message }) => (level === 'warn' || level === 'error') && console.error(message),
    reportOnce() {},
  };
  const delivery = createDelivery({
    name: 'bench',
    endpoint: new URL(url),
    compression: values.compression,
    options: {},
    resource,
    diagnostics: quiet,
  });
  const config = { resource, spanProcessors: [delivery.processor] };
  const finish = () => delivery.shutdown(60_000);
  if (values.side === 'ours') return { provider: new BasicTracerProvider(config), finish };
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { TracerProvider } = await import(new URL('engine/index.js', values.dist).href);
  return {
    provider: new TracerProvider(config, { contextManager: new AsyncLocalStorageContextManager() }),
    finish,
  };
}

/** Runs every variant and prints a table for each. */
async function compare() {
  const receiver = fork(fileURLToPath(import.meta.url), ['--role', 'receiver']);
  const port = await new Promise(resolve => receiver.once('message', resolve));
  const failures = [];
  try {
    for (const compression of ['gzip', 'none']) {
      for (const mode of values.quick ? ['unpaced'] : ['unpaced', 'paced']) {
        const title = `${mode}, ${compression === 'gzip' ? 'gzip' : 'not compressed'}`;
        console.log(`\n${spans} spans, ${title}`);
        const results = await takeTurns({ mode, compression, port });
        for (const side of SIDES) failures.push(...report(side, results, title));
      }
    }
  } finally {
    receiver.kill();
  }
  console.log(`\nbound: ${BOUND}x; ${failures.length === 0 ? 'held' : failures.join('; ')}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** One run of each side in every round; each round begins with another side. */
async function takeTurns(variant) {
  const results = Object.fromEntries(SIDES.map(side => [side, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (let turn = 0; turn < SIDES.length; turn++) {
      const side = SIDES[(round + turn) % SIDES.length];
      const flags = { role: 'sender', side, ...variant, spans, dist: values.dist };
      const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const { stdout } = await promisify(execFile)(process.execPath, [
        fileURLToPath(import.meta.url),
        ...args,
      ]);
      const seen = await (await fetch(`http://127.0.0.1:${variant.port}/`)).json();
      results[side].push({ ...JSON.parse(stdout), ...seen });
    }
  }
  return results;
}

/** Prints the line of one side and returns its failures. */
function report(side, results, title) {
  const all = results[side];
  const of = key => median(all.map(one => one[key]));
  if (side === 'harness') {
    console.log(
      `  ${side.padEnd(20)} ${of('cpuUs').toFixed(2).padStart(6)} us/span, part of each line below`,
    );
    return [];
  }
  const ratios = all.map((one, round) => one.cpuUs / results.theirs[round].cpuUs);
  const ratio = median(ratios);
  const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  // The warm-up is counted by the receiver, too.
  const delivered = all.map(one => one.spans - WARM_UP);
  const lost = delivered.filter(count => count !== spans);
  console.log(
    [
      `  ${side.padEnd(20)} ${of('cpuUs').toFixed(2).padStart(6)} us/span`,
      `${ratio.toFixed(2)}x (${spread})`,
      `loop p99 ${of('p99Ms').toFixed(1).padStart(6)} ms, max ${of('maxMs').toFixed(1).padStart(6)} ms`,
      `peak ${of('peakMib').toFixed(0).padStart(4)} MiB`,
      `${(of('bytes') / 2 ** 20).toFixed(1).padStart(5)} MiB in ${of('requests')} requests`,
      `${lost.length === 0 ? 'all' : lost.join(' and ')} delivered`,
    ].join('  '),
  );
  const failures = lost.length === 0 ? [] : [`${title}: ${side} did not deliver each span once`];
  if (side === 'ours on our engine' && ratio > BOUND)
    failures.push(`${title}: ${ratio.toFixed(2)}x, NOT HELD`);
  return failures;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
