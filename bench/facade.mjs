// Measures the cost of trace.span against the same written by hand with OpenTelemetry: on OpenTelemetry's tracer (a foreign
// provider), on our engine (as init() sets it up), not sampled, and without any provider.
//
//   node bench/facade.mjs [--rounds 101] [--times 3000]       (after npm run build)

import { parseArgs } from 'node:util';
import { context, trace as api } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler, BasicTracerProvider, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';
import { init, trace } from '@do/trace';
import { byHand, byHandGenerator, byHandSync, CountingProcessor, work } from './by-hand.mjs';
import { compare, line } from './pairs.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '101' }, times: { type: 'string', default: '3000' } },
});
const rounds = Number(values.rounds);
const times = Number(values.times);

const nowhere = () => new CountingProcessor();

const plain = async () => 1;
const one = () => 1;
function* three() {
  yield 1;
  yield 2;
  yield 3;
}
const drain = generator => {
  let sum = 0;
  for (const value of generator) sum += value;
  return sum;
};
const nested = (start, depth) => async () => (depth === 0 ? 1 : start('level', nested(start, depth - 1)));

const show = async (label, base, mine, bound, sync = false) =>
  console.log(line(label, await compare({ base, mine, sync, rounds, times }), bound));

/** Prints the rows for the provider that is registered now; `tracer` is OpenTelemetry's. */
async function recordedRows(where, tracer, bounds) {
  const wrappedByHand = async amount => byHand(tracer, 'pay', async () => amount);
  const wrapped = trace.wrap('pay', async amount => amount);
  await show(
    `${where}: async, 1 attribute, 1 event`,
    () => byHand(tracer, 'a', work),
    () => trace.span('a', work),
    bounds.recorded,
  );
  await show(
    `${where}: sync, plain`,
    () => byHandSync(tracer, 'a', one),
    () => trace.span('a', one),
    bounds.sync,
    true,
  );
  await show(
    `${where}: wrap, async`,
    () => wrappedByHand(3),
    () => wrapped(3),
    bounds.recorded,
  );
  await show(
    `${where}: generator of 3`,
    () => drain(byHandGenerator(tracer, 'g', three)),
    () => drain(trace.span('g', three)),
    undefined,
    true,
  );
  await show(
    `${where}: 10 nested levels, async`,
    nested((name, fn) => byHand(tracer, name, fn), 10),
    nested((name, fn) => trace.span(name, fn), 10),
    bounds.recorded,
  );
}

console.log(`node ${process.version}, ${rounds} rounds of ${times}, median of pairwise ratios (quartiles)`);

const bare = await compare({ base: plain, mine: () => trace.span('a', plain), rounds, times });
console.log(
  `without init(): async ${bare.differenceNs.toFixed(0)} ns more than the bare call, bound 150 ns (${bare.mineNs.toFixed(0)} against ${bare.baseNs.toFixed(0)})`,
);

const manager = new AsyncLocalStorageContextManager();
const recording = new BasicTracerProvider({ spanProcessors: [nowhere()] });
const silent = new BasicTracerProvider({
  spanProcessors: [nowhere()],
  sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
});
const theirs = recording.getTracer('bench');
const theirsOff = silent.getTracer('bench');

context.setGlobalContextManager(manager);
api.setGlobalTracerProvider(recording);
await recordedRows("on OpenTelemetry's tracer", theirs, { recorded: 1.05, sync: 1.05 });
api.disable();
api.setGlobalTracerProvider(silent);
await show(
  "on OpenTelemetry's tracer: not sampled, async",
  () => byHand(theirsOff, 'a', plain),
  () => trace.span('a', plain),
  1.05,
);
api.disable();
context.disable();

const logger = { error: console.error, warn: console.warn, info() {}, debug() {} };
const quiet = { service: 'bench', exporter: [], instrument: false, exitHandlers: false, logger };
const target = process.versions.node.startsWith('20.') ? 0.6 : 0.5;
let handle = init({ ...quiet, processors: [nowhere()] });
await recordedRows('on our engine', theirs, { recorded: target, sync: 0.5 });
await handle.shutdown();
handle = init({ ...quiet, processors: [nowhere()], sample: 0 });
await show(
  'on our engine: not sampled, async',
  () => byHand(theirsOff, 'a', plain),
  () => trace.span('a', plain),
  0.4,
);
await show(
  'on our engine: not sampled, sync',
  () => byHandSync(theirsOff, 'a', one),
  () => trace.span('a', one),
  0.4,
  true,
);
await handle.shutdown();
