// What a span costs on our engine against the same by hand on OpenTelemetry, in one process and one run.
// The two sides take turns, round by round, so that noise of the machine hits both; the figure is the median of the
// ratios of neighbouring rounds, with the spread between the quartiles.
//
//   node --expose-gc bench/engine.mjs [--rounds 151] [--spans 3000]       (after npm run build)

import { parseArgs } from 'node:util';
import { context, SpanStatusCode } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler, BasicTracerProvider, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '151' },
    spans: { type: 'string', default: '3000' },
    only: { type: 'string' },
    engine: { type: 'string', default: new URL('../dist/cjs/engine/index.js', import.meta.url).href },
    contexts: { type: 'string', default: new URL('../dist/cjs/context/index.js', import.meta.url).href },
  },
});
const { Provider } = await import(values.engine);
const { withSpan } = await import(values.contexts);

const manager = new AsyncLocalStorageContextManager();
context.setGlobalContextManager(manager);

/** Takes what ends and keeps nothing: what is measured is the span, not an exporter. */
class CountingProcessor {
  ended = 0;
  onStart() {}
  onEnd() {
    this.ended++;
  }
  forceFlush() {
    return Promise.resolve();
  }
  shutdown() {
    return Promise.resolve();
  }
}

const recorded = { spanProcessors: [new CountingProcessor()] };
const unsampled = { ...recorded, sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) };
const theirs = new BasicTracerProvider(recorded).getTracer('bench');
const ours = new Provider(recorded, { contextManager: manager }).getTracer('bench');
const theirsOff = new BasicTracerProvider(unsampled).getTracer('bench');
const oursOff = new Provider(unsampled, { contextManager: manager }).getTracer('bench');

/** By hand on OpenTelemetry, as its documentation writes it. */
const byHand = (tracer, name, fn) =>
  tracer.startActiveSpan(name, async span => {
    try {
      return await fn(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });

const byHandSync = (tracer, name, fn) =>
  tracer.startActiveSpan(name, span => {
    try {
      return fn(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });

/** The engine's cheapest way in, with what the facade does around it. */
const engine = (tracer, name, fn) => {
  const parent = manager.active();
  const span = tracer.begin(name, undefined, undefined, undefined, undefined, undefined, parent);
  let result;
  try {
    result = manager.with(withSpan(parent, span), fn, undefined, span);
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
  const span = tracer.begin(name, undefined, undefined, undefined, undefined, undefined, parent);
  try {
    const result = manager.with(withSpan(parent, span), fn, undefined, span);
    span.end();
    return result;
  } catch (error) {
    span.recordException(error);
    span.end();
    throw error;
  }
};

// Written twice: a process has one tracer, and code that sees the spans of two is compiled for neither.
const theirWork = async span => {
  span.setAttribute('order.id', 4711);
  span.addEvent('reserved', { items: 3 });
  return 1;
};
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

/** The same work three deep, as in a request: a root, a child, a grandchild. */
const deep = (start, tracer, work) => () =>
  start(tracer, 'order', async () => start(tracer, 'payment', async () => start(tracer, 'charge', work)));

const rows = [
  [
    'recorded, async, 1 attribute, 1 event',
    () => byHand(theirs, 'a', theirWork),
    () => engine(ours, 'a', ourWork),
  ],
  ['recorded, async, an order of three spans', deep(byHand, theirs, theirWork), deep(engine, ours, ourWork)],
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
    () => byHand(theirs, 'a', theirWork),
    () => byHand(ours, 'a', ourWork),
  ],
];

async function nanosecondsEach(run, spans) {
  const start = process.cpuUsage();
  for (let i = 0; i < spans; i++) await run();
  return nanosecondsSince(start) / spans;
}

function nanosecondsEachSync(run, spans) {
  const start = process.cpuUsage();
  for (let i = 0; i < spans; i++) run();
  return nanosecondsSince(start) / spans;
}

/** Processor time, garbage collection included: what else the machine runs does not count. */
function nanosecondsSince(start) {
  const { user, system } = process.cpuUsage(start);
  return (user + system) * 1000;
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

async function compare(label, base, mine) {
  const rounds = Number(values.rounds);
  const spans = Number(values.spans);
  const each = label.includes('async') ? nanosecondsEach : nanosecondsEachSync;
  for (let i = 0; i < 20; i++) {
    await each(base, spans);
    await each(mine, spans);
  }
  const ratios = [];
  const bases = [];
  const mines = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? base : mine;
    const a = await each(first, spans);
    const b = await each(first === base ? mine : base, spans);
    const [theirNs, ourNs] = first === base ? [a, b] : [b, a];
    ratios.push(ourNs / theirNs);
    bases.push(theirNs);
    mines.push(ourNs);
  }
  for (const list of [ratios, bases, mines]) list.sort((a, b) => a - b);
  const ratio = quantile(ratios, 0.5).toFixed(2);
  const spread = `${quantile(ratios, 0.25).toFixed(2)}-${quantile(ratios, 0.75).toFixed(2)}`;
  console.log(
    `${label.padEnd(42)} ${ratio}x  (${spread})   ${quantile(mines, 0.5).toFixed(0)} ns against ${quantile(bases, 0.5).toFixed(0)} ns`,
  );
}

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

console.log(`node ${process.version}`);
for (const [label, base, mine] of rows) {
  if (values.only === undefined || label.includes(values.only)) await compare(label, base, mine);
}
if (globalThis.gc !== undefined && values.only === undefined) {
  keptBytes(theirs);
  keptBytes(ours);
  const base = keptBytes(theirs);
  const mine = keptBytes(ours);
  console.log(
    `${'heap for a finished, kept span'.padEnd(42)} ${(mine / base).toFixed(2)}x            ${mine.toFixed(0)} bytes against ${base.toFixed(0)} bytes`,
  );
}
