// Sends ten million spans to a receiver in another process. The memory of the sender must not grow. `npm run bench -- soak`
//
//   node --expose-gc bench/soak.mjs [--spans 10000000] [--compression gzip]       (after npm run build)
//
// Prints the memory of the process after each million and a garbage collection, and the peak at the end.

import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { countSpans } from './count-spans.mjs';

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '10000000' },
    compression: { type: 'string', default: 'gzip' },
    dist: { type: 'string', default: new URL('../build/cjs/', import.meta.url).href },
    role: { type: 'string', default: 'sender' },
  },
});
const MILLION = 1_000_000;
// The growth that is allowed from the first million to the last.
const BOUND_MIB = 16;

if (values.role === 'receiver') receive();
else await soak();

/** Counts the spans that arrive. A GET request returns the count. */
function receive() {
  let spans = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void response.end(String(spans));
    const chunks = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      spans += countSpans(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
      response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function soak() {
  const receiver = fork(fileURLToPath(import.meta.url), ['--role', 'receiver']);
  try {
    const port = await new Promise(resolve => receiver.once('message', resolve));
    await send(`http://127.0.0.1:${port}/v1/traces`);
  } finally {
    receiver.kill();
  }
}

async function send(url) {
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { createDelivery } = await import(new URL('delivery/index.js', values.dist).href);
  const { TracerProvider } = await import(new URL('engine/index.js', values.dist).href);
  const resource = resourceFromAttributes({ 'service.name': 'soak' });
  const delivery = createDelivery({
    name: 'soak',
    endpoint: new URL(url),
    compression: values.compression,
    options: {},
    resource,
    diagnostics: {
      warn: console.error,
      error: console.error,
      info() {},
      debug() {},
      once() {},
      report: (level, { message }) => (level === 'warn' || level === 'error') && console.error(message),
      reportOnce() {},
    },
  });
  const provider = new TracerProvider(
    { resource, spanProcessors: [delivery.processor] },
    { contextManager: new AsyncLocalStorageContextManager() },
  );
  const tracer = provider.getTracer('soak', '1.0.0');
  const total = Number(values.spans);
  const held = [];
  const began = performance.now();
  for (let made = 0; made < total; ) {
    for (const end = Math.min(made + 1_000, total); made < end; made++) {
      const span = tracer.startSpan(`processOrder ${made % 20}`);
      span.setAttribute('order.id', `order-${made}`);
      span.setAttribute('http.request.method', 'POST');
      span.setAttribute('order.items', made % 7);
      span.setAttribute('url.full', `http://orders.internal:8080/orders/${made}?expand=items`);
      if (made % 4 === 0) span.addEvent('Payment processed', { 'payment.id': `p-${made}` });
      span.end();
    }
    // At the speed of the receiver, because the bounded queue would drop further spans.
    do await new Promise(resolve => setImmediate(resolve));
    while (delivery.stats().queued > 50_000);
    if (made % MILLION === 0) {
      await delivery.flush(60_000);
      globalThis.gc?.();
      const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
      const [rssMib, heap, buffers] = [rss, heapUsed, arrayBuffers].map(bytes => bytes / 2 ** 20);
      const seconds = (performance.now() - began) / 1_000;
      held.push(rssMib);
      console.log(
        `  ${String(made / MILLION).padStart(3)} million after ${seconds.toFixed(0).padStart(4)} s: RSS ${rssMib.toFixed(1)} MiB, ` +
          `heap ${heap.toFixed(1)} MiB, buffers ${buffers.toFixed(1)} MiB`,
      );
    }
  }
  const peak = process.resourceUsage().maxRSS / 1_024;
  await delivery.shutdown(60_000);
  const { sent, dropped, retries } = delivery.stats();
  const arrived = Number(await (await fetch(url)).text());
  const grown = (held.at(-1) ?? 0) - (held[0] ?? 0);
  const isHeld = arrived === total && sent === total && grown <= BOUND_MIB;
  console.log(
    `  ${arrived} of ${total} spans arrived, ${sent} counted as sent, dropped ${JSON.stringify(dropped)}, ${retries} retries; ` +
      `peak RSS ${peak.toFixed(1)} MiB\n` +
      `  RSS grew by ${grown.toFixed(1)} MiB from the first million to the last (bound: ${BOUND_MIB} MiB): ${isHeld ? 'held' : 'NOT HELD'}`,
  );
  process.exitCode = isHeld ? 0 : 1;
}
