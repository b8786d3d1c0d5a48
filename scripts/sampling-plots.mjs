// Draws the pictures of docs/sampling.md from runs of the real sampler and tail sampler, in virtual time with seeded
// randomness, so that every run draws the same. Run `npm run build && node scripts/sampling-plots.mjs`.
// test/docs/sampling-plots.test.ts draws them again from the sources and compares.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { band, figure, line, marks, panel, text } from './svg.mjs';

const TARGET = 50;
const LOADS = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000];
// Traces per second, 20 seconds each.
const JUMPS = [100, 2_000, 100, 10_000, 20, 500];
const JUMP_SECONDS = 20;
const TAIL_SECONDS = 120;
const TAIL_BYTES = 3 * 2 ** 20;
const TICK_MS = 100;

/** Both pictures by file name. */
export function drawAll(parts) {
  return { 'sampling-kept-share.svg': keptShare(parts), 'sampling-tail-memory.svg': tailMemory(parts) };
}

function seeded(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Kept traces in each second of successive loads, with random arrivals. */
function keptEachSecond(createDecision, loads, secondsEach) {
  const random = seeded(20_260);
  let nowMs = 0;
  const isTraceKept = createDecision({ monotonicMs: () => nowMs, wallMs: () => nowMs }, random);
  const kept = Array.from({ length: loads.length * secondsEach }, () => 0);
  loads.forEach((load, i) => {
    const end = (i + 1) * secondsEach * 1_000;
    for (;;) {
      nowMs += (-Math.log(1 - random()) / load) * 1_000;
      if (nowMs >= end) break;
      if (isTraceKept()) kept[Math.floor(nowMs / 1_000)]++;
    }
    nowMs = end;
  });
  return kept;
}

const adaptive =
  ({ createAdaptivePolicy, isKept }) =>
  (clock, random) => {
    const decide = createAdaptivePolicy({ perSecond: TARGET, clock });
    const root = { name: 'request', kind: 0, attributes: {} };
    const hex = () =>
      Math.floor(random() * 2 ** 28)
        .toString(16)
        .padStart(7, '0');
    return () => {
      const threshold = decide(root);
      return threshold !== undefined && isKept(hex() + hex(), threshold);
    };
  };

/** A controller that halves or doubles its ratio once a second. */
function halving(clock, random) {
  let [ratio, kept, second] = [1, 0, 0];
  return () => {
    for (const now = Math.floor(clock.monotonicMs() / 1_000); second < now; second++) {
      if (kept > TARGET * 1.2) ratio /= 2;
      else if (kept < TARGET * 0.8) ratio = Math.min(1, ratio * 2);
      kept = 0;
    }
    const isKept = random() < ratio;
    if (isKept) kept++;
    return isKept;
  };
}

function keptShare(parts) {
  const shares = LOADS.map(load => {
    const seconds = load < 100 ? 300 : 40;
    const kept = keptEachSecond(adaptive(parts), [load], seconds).slice(10);
    const perSecond = kept.reduce((sum, each) => sum + each, 0) / kept.length;
    return [load, Math.min(100, (100 * perSecond) / load)];
  });
  const over = panel({
    top: 60,
    height: 190,
    x: {
      from: 1,
      to: 10_000,
      log: true,
      label: 'load, traces per second',
      ticks: [1, 10, 100, 1_000, 10_000],
    },
    y: { from: 0.1, to: 100, log: true, label: 'kept, %', ticks: [0.1, 1, 10, 100] },
  });
  const ideal = [1, TARGET, 10_000].map(load => [load, Math.min(100, (100 * TARGET) / load)]);
  const seconds = JUMPS.length * JUMP_SECONDS;
  const jumps = panel({
    top: 330,
    height: 230,
    x: { from: 0, to: seconds, label: 'time, seconds', ticks: [0, 20, 40, 60, 80, 100, 120] },
    y: { from: 1, to: 10_000, log: true, label: 'traces per second', ticks: [1, 10, 100, 1_000, 10_000] },
  });
  const steps = JUMPS.flatMap((load, i) => [
    [i * JUMP_SECONDS, load],
    [(i + 1) * JUMP_SECONDS, load],
  ]);
  const points = kept => kept.map((count, second) => [second + 0.5, Math.max(1, count)]);
  return figure({
    title: `sample: { perSecond: ${TARGET} }`,
    height: 640,
    body: [
      text(72, 48, 'Kept share over load, after 10 seconds. The line is the target', 'note'),
      over.axes,
      line(over, ideal, 'target'),
      marks(over, shares, 'ours'),
      text(72, 318, 'Kept traces when the load jumps', 'note'),
      jumps.axes,
      line(jumps, steps, 'load'),
      line(
        jumps,
        [
          [0, TARGET],
          [seconds, TARGET],
        ],
        'target',
      ),
      line(jumps, points(keptEachSecond(halving, JUMPS, JUMP_SECONDS)), 'other'),
      line(jumps, points(keptEachSecond(adaptive(parts), JUMPS, JUMP_SECONDS)), 'ours'),
    ],
    legend: [
      ['load', 'load'],
      ['ours', 'kept with perSecond'],
      ['other', 'kept by halving and doubling once a second'],
      ['target', 'target'],
    ],
  });
}

/** Requests of 0.2 to 2 seconds, of which one in twenty never ends, and ten seconds of twenty times the load. */
function runTail({ TailSampler, createHeadSampler, RecordAllSampler, TracerProvider, createDelivery }) {
  const random = seeded(42);
  let nowMs = 0;
  let timers = [];
  const clock = { monotonicMs: () => nowMs, wallMs: () => 1_700_000_000_000 + nowMs };
  const after = (ms, fn) => {
    const timer = { at: nowMs + ms, fn };
    timers.push(timer);
    return () => (timers = timers.filter(other => other !== timer));
  };
  const silent = { error() {}, warn() {}, info() {}, debug() {}, once() {}, report() {}, reportOnce() {} };
  const { buffer } = createDelivery({
    name: 'plot',
    endpoint: new URL('http://collector.test/v1/traces'),
    options: {},
    resource: { attributes: {}, asyncAttributesPending: false },
    diagnostics: silent,
    timers: { after: () => () => {} },
    transport: { send: () => new Promise(() => {}), hold() {}, close() {} },
    env: {},
  });
  const tailSampler = new TailSampler({
    policy: { errors: true, slowerThanMs: 1_500, match: [] },
    maxBytes: TAIL_BYTES,
    maxTraces: 100_000,
    maxWaitMs: 60_000,
    buffers: [buffer],
    overrideOf: () => undefined,
    clock,
    after,
    onFirstEviction() {},
  });
  const head = createHeadSampler({ ratio: 0.01, followRemote: true, followParent: true });
  const provider = new TracerProvider(
    {
      sampler: new RecordAllSampler(head),
      spanProcessors: [
        {
          onStart: span => tailSampler.onStart(span),
          onEnd: span => tailSampler.onEnd(span, span),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    },
    { clock, diagnostics: silent, random: bytes => bytes.forEach((_, i) => (bytes[i] = random() * 256)) },
  );
  const tracer = provider.getTracer('plot');
  let open = [];
  const samples = [];
  for (let tick = 0; tick * TICK_MS < TAIL_SECONDS * 1_000; tick++) {
    nowMs = tick * TICK_MS;
    const due = timers.filter(timer => timer.at <= nowMs);
    timers = timers.filter(timer => timer.at > nowMs);
    for (const { fn } of due) fn();
    const isBurst = nowMs >= 20_000 && nowMs < 30_000;
    for (let i = 0; i < (isBurst ? 400 : 20); i++) {
      const span = tracer.startSpan('POST /orders', { root: true });
      open.push({ span, endMs: random() < 0.05 ? Infinity : nowMs + 200 + random() * 1_800 });
    }
    for (const { span } of open) if (random() < 0.3) startChild(tracer, span);
    for (const { span, endMs } of open) if (endMs <= nowMs) span.end();
    open = open.filter(({ endMs }) => endMs > nowMs && endMs < Infinity);
    const { bytes, evicted } = tailSampler.stats();
    samples.push({ second: nowMs / 1_000, bytes, byBytes: evicted.bytes, byTime: evicted.time });
  }
  return samples;
}

function startChild(tracer, parent) {
  const attributes = { 'order.id': 'order-4711', 'order.items': 3 };
  tracer.startSpan('processOrder', { attributes }, trace.setSpan(ROOT_CONTEXT, parent)).end();
}

function tailMemory(parts) {
  const samples = runTail(parts);
  const seconds = [0, 20, 40, 60, 80, 100, 120];
  const x = { from: 0, to: TAIL_SECONDS, label: 'time, seconds', ticks: seconds };
  const memory = panel({
    top: 60,
    height: 230,
    x,
    y: { from: 0, to: 4, label: 'bytes that wait, MiB', ticks: [0, 1, 2, 3, 4] },
  });
  const most = Math.max(...samples.map(({ byBytes }) => byBytes));
  const top = Math.ceil(most / 2_000) * 2_000;
  const evictions = panel({
    top: 370,
    height: 150,
    x,
    y: { from: 0, to: top, label: 'traces, sum', ticks: [0, top / 2, top] },
  });
  return figure({
    title: 'sample: { ratio: 0.01, keep: { errors: true, slowerThanMs: 1500, maxBytes: 3 MiB } }',
    height: 600,
    body: [
      text(72, 48, '200 requests a second, 4,000 between 20 and 30 s; one in twenty never ends', 'note'),
      band(memory, 20, 30),
      memory.axes,
      line(
        memory,
        [
          [0, TAIL_BYTES / 2 ** 20],
          [TAIL_SECONDS, TAIL_BYTES / 2 ** 20],
        ],
        'target',
      ),
      line(
        memory,
        samples.map(({ second, bytes }) => [second, bytes / 2 ** 20]),
        'ours',
      ),
      text(72, 358, 'Traces decided before their end', 'note'),
      band(evictions, 20, 30),
      evictions.axes,
      line(
        evictions,
        samples.map(({ second, byBytes }) => [second, byBytes]),
        'other',
      ),
      line(
        evictions,
        samples.map(({ second, byTime }) => [second, byTime]),
        'load',
      ),
    ],
    legend: [
      ['ours', 'waiting bytes'],
      ['target', 'maxBytes'],
      ['other', 'evicted by bytes'],
      ['load', 'evicted by time (60 s)'],
    ],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = name => import(new URL(`../build/cjs/${name}`, import.meta.url).href);
  const names = [
    'sampling/adaptive-policy.js',
    'spans/threshold.js',
    'sampling/tail/tail-sampler.js',
    'sampling/head-sampler.js',
    'sampling/record-all-sampler.js',
    'engine/index.js',
    'delivery/index.js',
  ];
  const parts = Object.assign({}, ...(await Promise.all(names.map(dist))));
  const directory = new URL('../docs/img/', import.meta.url);
  mkdirSync(directory, { recursive: true });
  for (const [name, svg] of Object.entries(drawAll(parts))) writeFileSync(new URL(name, directory), svg);
}
