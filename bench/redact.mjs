// Measures the cost of redaction: spans as instrumentations create them, created and encoded, with redaction and without. No
// span holds a secret, as nearly all spans in operation. Each side has its own process, and they take turns.
//
//   node bench/redact.mjs        (after npm run build)

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { alone, compareApart, line } from './pairs.mjs';

const BOUND = 1.15;
const { values } = parseArgs({
  options: {
    side: { type: 'string' },
    kind: { type: 'string', default: 'mixed' },
    turns: { type: 'string', default: '7' },
  },
});
const dist = name => new URL(`../build/cjs/${name}`, import.meta.url).href;

const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
// Several, so that no two consecutive ones are equal.
const failures = Array.from({ length: 7 }, (_, i) => new Error(`connect ECONNREFUSED 10.0.3.${17 + i}:5432`));

/** The spans of one request. */
const KINDS = {
  server: (tracer, i) => {
    const span = tracer.startSpan('GET /orders/:id', { kind: 1 });
    span.setAttributes({
      'http.request.method': 'GET',
      'url.scheme': 'https',
      'url.path': `/orders/${i}`,
      'url.query': `expand=items&page=${i % 50}`,
      'server.address': 'shop.example.com',
      'server.port': 443,
      'client.address': `10.0.${i % 7}.${i % 251}`,
      'user_agent.original': AGENT,
      'network.protocol.version': '1.1',
      'http.route': '/orders/:id',
      'http.response.status_code': 200,
    });
    span.end();
  },
  client: (tracer, i) => {
    const span = tracer.startSpan('POST', { kind: 2 });
    span.setAttributes({
      'http.request.method': 'POST',
      'url.full': `https://payments.internal:8443/v1/charges/${i}?idempotent=true&currency=EUR`,
      'server.address': 'payments.internal',
      'server.port': 8443,
      'http.response.status_code': 201,
    });
    span.end();
  },
  database: (tracer, i) => {
    const span = tracer.startSpan('SELECT orders', { kind: 2 });
    span.setAttributes({
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.operation.name': 'SELECT',
      'db.query.text':
        'SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = $1 AND o.status = $2',
      'server.address': 'db.internal',
      'server.port': 5432,
      'order.id': `order-${i}`,
    });
    span.end();
  },
  business: (tracer, i) => {
    const span = tracer.startSpan('processOrder');
    span.setAttribute('order.id', `order-${i}`);
    span.setAttribute('order.items', i % 7);
    span.setAttribute('customer.tier', i % 3 === 0 ? 'gold' : 'silver');
    span.addEvent('Payment processed', { 'payment.id': `p-${i}` });
    span.end();
  },
  failing: (tracer, i) => {
    const span = tracer.startSpan('chargeCard');
    span.setAttribute('order.id', `order-${i}`);
    const failure = failures[i % failures.length];
    span.recordException(failure);
    span.setStatus({ code: 2, message: failure.message });
    span.end();
  },
};
/** The number of spans of each kind among fifty spans of an HTTP service with a database and few failures. */
const WEIGHTS = { server: 20, client: 10, database: 10, business: 9, failing: 1 };
/** The kinds in an order without blocks of one kind. */
const MIXED = Object.entries(WEIGHTS)
  .flatMap(([kind, weight]) => Array.from({ length: weight }, (_, i) => ({ kind, at: (i + 0.5) / weight })))
  .sort((a, b) => a.at - b.at)
  .map(({ kind }) => kind);

if (values.side === undefined) await main();
else await side();

async function main() {
  let failed = false;
  for (const kind of ['mixed', ...Object.keys(KINDS)]) {
    const args = which => [fileURLToPath(import.meta.url), '--side', which, '--kind', kind];
    const [, figures] = compareApart({
      sides: [args('plain'), args('redacted')],
      turns: Number(values.turns),
    });
    console.log(line(`create and encode: ${kind}`, figures, kind === 'mixed' ? BOUND : undefined));
    if (kind === 'mixed' && figures.ratio > BOUND) failed = true;
  }
  process.exitCode = failed ? 1 : 0;
}

async function side() {
  const { TracerProvider } = await import(dist('engine/index.js'));
  const { ByteWriter } = await import(dist('protobuf/writer.js'));
  const { writeSpan } = await import(dist('delivery/otlp/encode-span.js'));
  const { createRedactor } = await import(dist('redact/redactor.js'));
  const redactor = createRedactor(undefined, console.error);
  const redact = values.side === 'redacted' ? redactor.span : undefined;
  const writer = new ByteWriter(1_048_576);
  const processor = {
    onStart() {},
    onEnd(span) {
      if (writer.pos > 60_000) writer.pos = 0;
      writeSpan(writer, redact === undefined ? span : redact(span));
    },
    async forceFlush() {},
    async shutdown() {},
  };
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bench' }),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('bench');
  const makers = values.kind === 'mixed' ? MIXED.map(kind => KINDS[kind]) : [KINDS[values.kind]];
  let i = 0;
  const run = () => {
    makers[i % makers.length](tracer, i);
    i++;
  };
  console.log(await alone({ run, sync: true, rounds: 41, times: 5_000, warmup: 10 }));
}
