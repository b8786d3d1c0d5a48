// Measures the cost of a vendor's limits for a span within them, as nearly all spans are: creating and encoding a span with a
// shape that checks its lengths, and without one. Nothing is cut. Each side has its own process, and they take turns.
//
//   node bench/limits.mjs        (after npm run build)

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { alone, compareApart, line } from './pairs.mjs';

const BOUND = 1.1;
const { values } = parseArgs({
  options: { side: { type: 'string' }, turns: { type: 'string', default: '7' } },
});
const dist = name => new URL(`../build/cjs/${name}`, import.meta.url).href;

/** The limits of exporters, in characters and in bytes. */
const LIMITS = {
  none: undefined,
  datadog: { maxValueLength: 25_000, maxKeyLength: 200, maxNameLength: 5_000, maxAttributes: 960 },
  grafana: { maxValueLength: 2_048, maxKeyLength: 2_048, unit: 'bytes' },
};
/** The attributes of an HTTP request. */
const ATTRIBUTES = {
  'http.request.method': 'GET',
  'url.scheme': 'https',
  'url.path': '/orders/1',
  'server.address': 'shop.example.com',
  'server.port': 443,
  'user_agent.original':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0',
  'http.route': '/orders/:id',
  'http.response.status_code': 200,
  'order.lines': ['a', 'b', 'c'],
};

if (values.side === undefined) main();
else await side(LIMITS[values.side]);

function main() {
  const sides = Object.keys(LIMITS).map(side => [fileURLToPath(import.meta.url), '--side', side]);
  const [, ...limited] = compareApart({ sides, turns: Number(values.turns) });
  for (const [index, figures] of limited.entries()) {
    console.log(
      line(`create and encode within the limits: ${Object.keys(LIMITS)[index + 1]}`, figures, BOUND),
    );
  }
  process.exitCode = limited.some(({ ratio }) => ratio > BOUND) ? 1 : 0;
}

async function side(limit) {
  const { TracerProvider } = await import(dist('engine/index.js'));
  const { ByteWriter } = await import(dist('protobuf/writer.js'));
  const { writeSpan } = await import(dist('delivery/otlp/encode-span.js'));
  const { createSpanLimiter } = await import(dist('exporters/span-limiter.js'));
  const shape = limit === undefined ? undefined : createSpanLimiter(limit);
  const writer = new ByteWriter(1_048_576);
  const processor = {
    onStart() {},
    onEnd(span) {
      if (writer.pos > 60_000) writer.pos = 0;
      const shown = shape === undefined ? span : shape(span);
      if (shown !== span) throw new Error('a span within the limits was cut');
      writeSpan(writer, shown);
    },
    async forceFlush() {},
    async shutdown() {},
  };
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bench' }),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('bench');
  const run = () => tracer.startSpan('GET /orders/:id', { kind: 1, attributes: ATTRIBUTES }).end();
  console.log(await alone({ run, sync: true, rounds: 41, times: 5_000, warmup: 10 }));
}
