// A shop with OpenTelemetry's instrumentations on one provider: `node ecosystem.cjs theirs|ours`. It receives the same requests
// one after the other, each after all spans of the previous one have ended, and sends the exported spans to its parent.

const { dirname, join } = require('node:path');
const { context, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { IORedisInstrumentation } = require('@opentelemetry/instrumentation-ioredis');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const sdk = require('@opentelemetry/sdk-trace-base');

const exporter = new sdk.InMemorySpanExporter();
const contextManager = new AsyncLocalStorageContextManager();
const config = {
  resource: resourceFromAttributes({ 'service.name': 'shop' }),
  spanProcessors: [new sdk.SimpleSpanProcessor(exporter)],
};
const tracerProvider = process.argv[2] === 'ours' ? ourProvider() : new sdk.BasicTracerProvider(config);
context.setGlobalContextManager(contextManager.enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(tracerProvider);
registerInstrumentations({
  tracerProvider,
  instrumentations: [
    new HttpInstrumentation({
      headersToSpanAttributes: { server: { requestHeaders: ['user-agent'] } },
      requestHook: span => span.setAttribute('hook', true),
    }),
    new UndiciInstrumentation(),
    new ExpressInstrumentation(),
    new IORedisInstrumentation(),
  ],
});

const http = require('node:http');
const express = require('express');
const Redis = require('ioredis');

main().then(
  spans => process.send(spans, () => process.exit()),
  error => {
    console.error(error);
    process.exit(1);
  },
);

/** Creates our provider as `init()` does, with the context manager. */
function ourProvider() {
  const root = dirname(require.resolve('@do/trace/package.json'));
  const { TracerProvider } = require(join(root, 'build/cjs/engine/index.js'));
  return new TracerProvider(config, { contextManager });
}

async function main() {
  const redis = new Redis(process.env.REDIS_URL, { lazyConnect: true });
  await redis.connect();
  await redis.flushall();
  const stock = await listening(
    http.createServer((request, response) => {
      response.statusCode = request.url === '/none' ? 503 : 200;
      response.end('12');
    }),
  );
  const closed = await listening(http.createServer());
  await closed.close();
  const shop = await listening(http.createServer(shopApp(redis, stock.url, closed.url)));

  for (const [method, path] of [
    ['GET', '/orders/4711?full=1'],
    ['POST', '/orders/4712'],
    ['GET', '/stock/client'],
    ['GET', '/stock/fetch'],
    ['GET', '/stock/none'],
    ['GET', '/refused/client'],
    ['GET', '/refused/fetch'],
    ['GET', '/redis/wrong-type'],
    ['GET', '/redis/pipeline'],
    ['GET', '/throws'],
    ['GET', '/rejects'],
    ['GET', '/missing'],
    ['GET', '/manual'],
    ['GET', '/parallel'],
  ]) {
    await ask(`${shop.url}${path}`, { method, headers: { 'user-agent': 'test' } });
    await settled();
  }
  // Requests of a remote caller, sampled and not sampled.
  for (const flags of ['01', '03', '00']) {
    const traceparent = `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${flags}`;
    const headers = { traceparent, tracestate: 'vendor=1', 'user-agent': 'test' };
    await context.with(suppressed(), () => ask(`${shop.url}/orders/9`, { headers }));
    await settled();
  }
  await redis.quit();
  await tracerProvider.forceFlush();
  return exporter.getFinishedSpans().map(toPlainSpan);
}

function shopApp(redis, stock, closed) {
  const app = express();
  app.use(express.json());
  app.use(function known(request, _response, next) {
    request.known = true;
    next();
  });
  const orders = express.Router();
  // oxlint-disable-next-line no-async-endpoint-handlers -- Express 5 handles the promise
  orders.get('/:id', async (request, response) => {
    await redis.set(`order:${request.params.id}`, 'confirmed');
    response.json({ status: await redis.get(`order:${request.params.id}`) });
  });
  orders.post('/:id', (_request, response) => response.status(201).end());
  app.use('/orders', orders);
  app.get('/stock/client', async (_request, response) => response.send(await ask(`${stock}/one`)));
  app.get('/stock/fetch', async (_request, response) => {
    const answer = await fetch(`${stock}/two?x=1`);
    response.send(await answer.text());
  });
  app.get('/stock/none', async (_request, response) => {
    const answer = await fetch(`${stock}/none`);
    await answer.text();
    response.status(502).end();
  });
  app.get('/refused/client', async (_request, response) => {
    await ask(`${closed}/`).catch(() => {});
    response.end();
  });
  app.get('/refused/fetch', async (_request, response) => {
    await fetch(`${closed}/`).catch(() => {});
    response.end();
  });
  app.get('/redis/wrong-type', async (_request, response) => {
    await redis.lpush('list', 'a');
    await redis.incr('list').catch(() => {});
    response.end();
  });
  app.get('/redis/pipeline', async (_request, response) => {
    await redis.pipeline().set('a', 1).incr('a').exec();
    response.end();
  });
  app.get('/throws', () => {
    throw new TypeError('no such order');
  });
  app.get('/rejects', async () => {
    throw Object.assign(new Error('the database is gone'), { code: '08006' });
  });
  app.get('/manual', async (_request, response) => {
    const tracer = trace.getTracer('shop', '1.2.3');
    await tracer.startActiveSpan('order', { attributes: { 'order.id': 4711 } }, async span => {
      span.addEvent('reserved', { items: 3 });
      await redis.get('manual');
      span.addLink({ context: span.spanContext(), attributes: { why: 'retry' } });
      span.setStatus({ code: 1 });
      span.end();
    });
    response.end();
  });
  app.get('/parallel', async (_request, response) => {
    await Promise.all([redis.get('p1'), fetch(`${stock}/p2`).then(one => one.text()), ask(`${stock}/p3`)]);
    response.end();
  });
  app.use((_error, _request, response, _next) => response.status(500).end());
  return app;
}

function ask(url, options = {}) {
  return new Promise((resolve, reject) => {
    http
      .request(url, { agent: false, ...options }, response => {
        let text = '';
        response.on('data', chunk => (text += chunk)).on('end', () => resolve(text));
      })
      .on('error', reject)
      .end();
  });
}

/** Suppresses the span of the client, so that the header of the request is sent without a change. */
function suppressed() {
  return require('@opentelemetry/core').suppressTracing(context.active());
}

/** Waits until no more spans end. A server span ends after its response has been sent. */
async function settled() {
  let seen = -1;
  while (seen !== exporter.getFinishedSpans().length) {
    seen = exporter.getFinishedSpans().length;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

function listening(server) {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const close = () => new Promise(done => server.close(done));
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close });
    });
  });
}

/** Converts the properties of a span that an exporter can read to plain data. */
function toPlainSpan(span) {
  const { traceId, spanId, traceFlags, traceState, isRemote } = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    traceId,
    spanId,
    parentSpanId: parent?.spanId,
    start: span.startTime,
    end: span.endTime,
    fields: {
      name: span.name,
      kind: span.kind,
      traceFlags,
      traceState: traceState?.serialize(),
      isRemote,
      parentIsRemote: parent?.isRemote,
      parentFlags: parent?.traceFlags,
      attributes: span.attributes,
      events: span.events.map(({ time, ...event }) => ({ ...event, timed: Array.isArray(time) })),
      links: span.links.map(({ context: linked, ...link }) => ({
        ...link,
        self: linked.spanId === spanId && linked.traceId === traceId,
      })),
      status: span.status,
      ended: span.ended,
      recording: span.isRecording(),
      dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
      resource: span.resource.attributes,
      scope: span.instrumentationScope,
    },
  };
}
