// Runs one program in its own process: `node run-program.mjs <program> <untraced|traced|opentelemetry>`. The last line on stdout is
// a report of what the application observes: the result, the requests that its server received, unhandled rejections,
// warnings. The parent adds the exit status and the other output.

import { once } from 'node:events';
import http from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

const [, , name, side] = process.argv;
const report = { result: undefined, error: undefined, requests: [], unhandled: [], warnings: [] };
process.on('unhandledRejection', error => report.unhandled.push(String(error)));
process.on('warning', warning => report.warnings.push(warning.name));

const { program, unorderedHeaders } = await import(`./programs/${name}.mjs`);
const tracing = await startTracing(side);
const server = await startServer();
let didRun = false;
/** Runs a function in a span, or as it is. */
const span = (spanName, fn) => {
  didRun = true;
  return tracing.span(spanName, fn);
};
try {
  report.result = await program({ span, base: server.base });
} catch (error) {
  report.error = String(error);
}
if (!didRun) throw new Error(`${name} runs nothing in a span`);
// A rejection is reported as unhandled one turn later.
await nextTurn();
await nextTurn();
server.stop();
report.spans = await tracing.stop();
console.log(JSON.stringify(report));
process.exit();

async function startTracing(which) {
  if (which === 'untraced') return { span: (_, fn) => fn(), stop: async () => undefined };
  if (which === 'opentelemetry') return await startOpenTelemetry();
  const { init, trace } = await import('@do/trace');
  const { memory } = await import('@do/trace/exporters');
  const recorded = memory();
  init({ service: 'differential', exporter: recorded, logLevel: 'error' });
  return {
    span: trace.span,
    async stop() {
      await trace.shutdown();
      return recorded.spans.map(({ name: spanName, kind, status, attributes }) => ({
        name: spanName,
        kind,
        isError: status.code === 2,
        isAbandoned: attributes['do.span.abandoned'] === true,
      }));
    },
  };
}

/** OpenTelemetry's provider and instrumentations, with the span that its documentation writes by hand. */
async function startOpenTelemetry() {
  const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { registerInstrumentations } = await import('@opentelemetry/instrumentation');
  const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
  const { UndiciInstrumentation } = await import('@opentelemetry/instrumentation-undici');
  const { trace } = await import('@opentelemetry/api');
  const provider = new NodeTracerProvider();
  provider.register();
  registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
  const tracer = trace.getTracer('differential');
  return {
    span: (spanName, fn) =>
      tracer.startActiveSpan(spanName, active => {
        try {
          return fn();
        } finally {
          active.end();
        }
      }),
    stop: () => provider.shutdown(),
  };
}

/** A server that records requests: /404 and /429 fail, /stream sends events, anything else is JSON. */
async function startServer() {
  const listener = http.createServer((request, response) => {
    const body = [];
    request.on('data', chunk => body.push(chunk));
    request.on('end', () => {
      const names = request.rawHeaders.filter((_, i) => i % 2 === 0).map(header => header.toLowerCase());
      // The propagation headers are what tracing adds. The values of the others differ between two runs.
      const others = names.filter(header => !['traceparent', 'tracestate', 'baggage'].includes(header));
      const headers = unorderedHeaders ? others.toSorted() : others;
      report.requests.push({
        method: request.method,
        url: request.url,
        headers,
        body: Buffer.concat(body).toString(),
      });
      const count = names.filter(header => header === 'traceparent').length;
      if (count > 1) report.warnings.push(`${count} traceparent headers`);
      answer(request.url, response);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    base: `http://127.0.0.1:${listener.address().port}`,
    stop() {
      listener.closeAllConnections();
      listener.close();
    },
  };
}

function answer(url, response) {
  if (url.startsWith('/404')) return void respond(response, 404, '{"code":"missing"}');
  if (url.startsWith('/429'))
    return void respond(response, 429, '{"error":{"message":"slow down"}}', { 'retry-after': '0' });
  if (url.includes('stream')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const n of [1, 2, 3]) response.write(`data: {"id":"${n}","choices":[]}\n\n`);
    return void response.end('data: [DONE]\n\n');
  }
  respond(response, 200, '{"id":"1","content":[],"choices":[]}');
}

function respond(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
