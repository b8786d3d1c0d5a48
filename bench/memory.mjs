// Creates a million traces of ten spans and fails if the heap grows. The heap is measured ten times, after a garbage collection.
//
//   node --expose-gc bench/memory.mjs [--traces 1000000]       (after npm run build)

import { parseArgs } from 'node:util';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CountingProcessor } from './by-hand.mjs';

const { values } = parseArgs({ options: { traces: { type: 'string', default: '1000000' } } });
const { TracerProvider } = await import(new URL('../build/cjs/engine/index.js', import.meta.url).href);

const POINTS = 10;
const SPANS = 10;
const MAX_GROWTH_MIB = 5;
const MIB = 1024 * 1024;

const contextManager = new AsyncLocalStorageContextManager();
context.setGlobalContextManager(contextManager);
const processor = new CountingProcessor();
const tracer = new TracerProvider({ spanProcessors: [processor] }, { contextManager }).getTracer('bench');

/** Four nested levels over awaits, with two leaves on each except the last: ten spans. */
const level = depth =>
  tracer.startActiveSpan('level', async span => {
    span.setAttribute('depth', depth);
    if (depth > 0) {
      for (let i = 0; i < 2; i++) {
        const leaf = tracer.startSpan('leaf', { attributes: { 'order.id': 4711, i } });
        leaf.addEvent('reserved', { items: 3 });
        leaf.end();
      }
      await level(depth - 1);
    }
    span.end();
  });

async function heapMiB() {
  // Pending promises of the last trace are released first.
  await new Promise(resolve => setImmediate(resolve));
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed / MIB;
}

const traces = Number(values.traces);
// Compiled code and object shapes are created once and do not count as growth.
for (let i = 0; i < traces / 100; i++) await level(3);
processor.ended = 0;
const before = await heapMiB();
const points = [];
for (let point = 0; point < POINTS; point++) {
  for (let i = 0; i < traces / POINTS; i++) await level(3);
  points.push(await heapMiB());
}
const growth = points.at(-1) - before;
console.log(
  `node ${process.version}, ${traces} traces of ${SPANS} spans, heap in MiB after garbage collection`,
);
console.log(`before ${before.toFixed(2)}, then ${points.map(each => each.toFixed(2)).join(' ')}`);
console.log(`growth ${growth.toFixed(2)} MiB, bound ${MAX_GROWTH_MIB} MiB`);
if (processor.ended !== traces * SPANS) {
  console.error(`${processor.ended} spans ended, not ${traces * SPANS}`);
  process.exitCode = 1;
}
if (Math.max(...points) - before > MAX_GROWTH_MIB) {
  console.error('the heap has grown');
  process.exitCode = 1;
}
