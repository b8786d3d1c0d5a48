// Measures the cost of a span on our engine against the same by hand on OpenTelemetry, in two ways: with a process for each
// side, as in real programs, and with both in one process, where each side also has the costs that the other causes in the
// compiler and the heap. The sides take turns, so that noise of the machine affects both. A figure is the median of the ratios
// of neighbouring turns, with the quartiles.
//
//   node --expose-gc bench/engine.mjs [--rounds 101] [--turns 7] [--spans 3000] [--only async]    (after npm run build)

import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler, BasicTracerProvider, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';
import { byHand, byHandSync, CountingProcessor, work } from './by-hand.mjs';
import { alone, compare, compareApart } from './pairs.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '101' },
    turns: { type: 'string', default: '7' },
    spans: { type: 'string', default: '3000' },
    only: { type: 'string' },
    // For the process of one side: the index of the row, and 'base' or 'mine'.
    row: { type: 'string' },
    side: { type: 'string' },
    engine: { type: 'string', default: new URL('../build/cjs/engine/index.js', import.meta.url).href },
    contexts: { type: 'string', default: new URL('../build/cjs/context/index.js', import.meta.url).href },
  },
});
const { TracerProvider } = await import(values.engine);
const { setSpan } = await import(values.contexts);

const manager = new AsyncLocalStorageContextManager();
context.setGlobalContextManager(manager);

const recorded = { spanProcessors: [new CountingProcessor()] };
const unsampled = { ...recorded, sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) };
const theirs = new BasicTracerProvider(recorded).getTracer('bench');
const ours = new TracerProvider(recorded, { contextManager: manager }).getTracer('bench');
const theirsOff = new BasicTracerProvider(unsampled).getTracer('bench');
const oursOff = new TracerProvider(unsampled, { contextManager: manager }).getTracer('bench');

/** The tracer method without an options object, with the calls that the facade makes around it. */
const engine = (tracer, name, fn) => {
  const parent = manager.active();
  const span = tracer.startSpanIn(name, undefined, undefined, undefined, undefined, undefined, parent);
  let result;
  try {
    result = manager.with(setSpan(parent, span), fn, undefined, span);
  } catch (error) {
    span.recordException(error);
    span.end();
    throw error;
  }
  return result.then(
    value => {
      span.end();
      return value;
    },
    error => {
      span.recordException(error);
      span.end();
      throw error;
    },
  );
};

const engineSync = (tracer, name, fn) => {
  const parent = manager.active();
  const span = tracer.startSpanIn(name, undefined, undefined, undefined, undefined, undefined, parent);
  try {
    const result = manager.with(setSpan(parent, span), fn, undefined, span);
    span.end();
    return result;
  } catch (error) {
    span.recordException(error);
    span.end();
    throw error;
  }
};

// A second copy, because a process has one tracer: code that receives spans of two classes is optimized for neither.
const ourWork = async span => {
  span.setAttribute('order.id', 4711);
  span.addEvent('reserved', { items: 3 });
  return 1;
};
const plain = async () => 1;
const one = () => 1;
const instrumentationOptions = { kind: 2, attributes: { 'db.system': 'postgresql', 'db.name': 'orders' } };
const instrumented = tracer => () => {
  const span = tracer.startSpan('query', instrumentationOptions);
  span.end();
};

/** The same work in three nested spans, as in a request. */
const deep = (start, tracer, work) => () =>
  start(tracer, 'order', async () => start(tracer, 'payment', async () => start(tracer, 'charge', work)));

const rows = [
  [
    'recorded, async, 1 attribute, 1 event',
    () => byHand(theirs, 'a', work),
    () => engine(ours, 'a', ourWork),
  ],
  ['recorded, async, an order of three spans', deep(byHand, theirs, work), deep(engine, ours, ourWork)],
  ['recorded, sync, plain', () => byHandSync(theirs, 'a', one), () => engineSync(ours, 'a', one)],
  ['not sampled, async', () => byHand(theirsOff, 'a', plain), () => engine(oursOff, 'a', plain)],
  ['not sampled, sync', () => byHandSync(theirsOff, 'a', one), () => engineSync(oursOff, 'a', one)],
  ['plain API: startSpan, 2 attributes, end', instrumented(theirs), instrumented(ours)],
  [
    'plain API: startActiveSpan, sync, both',
    () => byHandSync(theirs, 'a', one),
    () => byHandSync(ours, 'a', one),
  ],
  [
    'plain API: startActiveSpan, async, both',
    () => byHand(theirs, 'a', work),
    () => byHand(ours, 'a', ourWork),
  ],
];

/** Bytes of heap for a span that has ended and is kept, as a batch processor keeps it. */
function keptBytes(tracer) {
  const count = 20_000;
  const kept = Array.from({ length: count });
  globalThis.gc();
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i++) {
    const span = tracer.startSpan('query', instrumentationOptions);
    span.end();
    kept[i] = span;
  }
  globalThis.gc();
  globalThis.gc();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  kept.length = 0;
  return bytes;
}

const times = Number(values.spans);
const isSync = label => !label.includes('async');

/** Prints both figures of one row. */
async function measure(row) {
  const [label, base, mine] = rows[row];
  const file = fileURLToPath(import.meta.url);
  const side = name => {
    const rest = ['--spans', values.spans, '--engine', values.engine, '--contexts', values.contexts];
    return [file, '--row', String(row), '--side', name, ...rest];
  };
  const [, apart] = compareApart({ sides: [side('base'), side('mine')], turns: Number(values.turns) });
  const together = await compare({ base, mine, sync: isSync(label), rounds: Number(values.rounds), times });
  const ratio = ({ ratio: median, low, high }) =>
    `${median.toFixed(2)}x (${low.toFixed(2)}-${high.toFixed(2)})`.padEnd(20);
  const against = `${apart.mineNs.toFixed(0)} ns against ${apart.baseNs.toFixed(0)} ns`;
  console.log(`${label.padEnd(42)} ${ratio(apart)} ${ratio(together)} ${against}`);
}

if (values.row === undefined) {
  console.log(`node ${process.version}, load average ${loadavg()[0].toFixed(1)}`);
  console.log(
    `${''.padEnd(42)} ${'a process each'.padEnd(20)} ${'in one process'.padEnd(20)} a process each`,
  );
  for (const [row, [label]] of rows.entries()) {
    if (values.only === undefined || label.includes(values.only)) await measure(row);
  }
  if (globalThis.gc !== undefined && values.only === undefined) {
    keptBytes(theirs);
    keptBytes(ours);
    const base = keptBytes(theirs);
    const mine = keptBytes(ours);
    console.log(
      `${'heap for a finished, kept span'.padEnd(42)} ${(mine / base).toFixed(2)}x                ${mine.toFixed(0)} bytes against ${base.toFixed(0)} bytes`,
    );
  }
} else {
  const [label, base, mine] = rows[Number(values.row)];
  console.log(await alone({ run: values.side === 'base' ? base : mine, sync: isSync(label), times }));
}
