// Traces of random shapes that are decided in this process, and sent undecided to Collectors that decide about the same.
// The parent is told the facts of each trace that a decision can depend on.

import { init, trace } from '@do/trace';
import { otlp } from '@do/trace/exporters';

const { ratio, keep, endpoint, collectors, traces, seed } = JSON.parse(process.env.TWINS);
const AT_ONCE = 50;
const NAMES = ['load', 'load', 'load', 'load', 'render', 'render', 'save', 'save', 'precheck', 'check stock'];
const MS = [0, 0.25, 1, 3, 8, 20, 60, 150, 499, 500, 500.25, 500.75, 501, 800];

const all = [];
/** Sees every span, also those of traces that are not kept. */
const everything = {
  name: 'everything',
  start() {
    const processor = {
      onStart: () => {},
      onEnd: span => all.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    // The member that prometheus() has: no exporter of an application receives the spans of all traces.
    return { processor, [Symbol.for('@do/trace/started-exporter')]: { processor, sees: 'every' } };
  },
};

init({
  service: 'twin',
  exporter: [otlp({ endpoint }), everything],
  sample: { ratio, keep },
  instrument: false,
});

const random = mulberry32(seed);
const below = limit => Math.floor(random() * limit);
const facts = [];
for (let made = 0; made < traces; made += AT_ONCE) batch();
// Against a hang, not against a busy machine.
const { exporters } = await trace.flush({ timeoutMs: 60_000 });
for (const collector of collectors) {
  for (let at = 0; at < all.length; at += 2_000) await post(collector, all.slice(at, at + 2_000));
}
process.send({ facts, exporters });
process.once('disconnect', () => process.exit());

/** Traces that are open at the same time: their children end first, then their roots, then what outlives the root. */
function batch() {
  const base = Date.now() - 10_000;
  const open = Array.from({ length: AT_ONCE }, () => begin(base));
  for (const { spans } of open) for (const one of spans) if (!one.isLate) finish(one);
  for (const { root } of open) finish(root);
  for (const { root, spans } of open) {
    for (const one of spans) if (one.isLate) finish(one);
    if (below(20) === 0) {
      // Work that begins when the answer has been given.
      const after = { ...plan(base + root.ms), isLate: true };
      spans.push(after);
      trace.withSpan(root.span, () => start(after));
      finish(after);
    }
  }
  for (const one of open) facts.push(factsOf(one));
}

function begin(base) {
  // A root is long now and then, and longer than all of its children nearly always.
  const root = { ...plan(base), ms: below(12) === 0 ? MS[below(MS.length)] : 160 + below(200) };
  trace.detached(() => start(root));
  const spans = [];
  for (let n = below(10); n > 0; n--) {
    const parents = [root, ...spans];
    const parent = parents[below(parents.length)];
    const one = { ...plan(parent.start + below(5)), isLate: below(12) === 0 };
    trace.withSpan(parent.span, () => start(one));
    spans.push(one);
  }
  return { root, spans };
}

function plan(start) {
  const ms = below(40) === 0 ? MS[below(MS.length)] : MS[below(8)];
  // Of all spans one in a hundred fails, and one in a hundred has the name that is looked for.
  return { name: NAMES[below(9) + (below(90) === 0)], failed: below(100) === 0, start, ms };
}

function start(one) {
  one.span = trace.startSpan(one.name, { startTime: one.start });
}

function finish({ span, start, ms, failed }) {
  if (failed) span.setStatus({ code: 2 });
  span.end(start + ms);
}

function factsOf({ root, spans }) {
  const every = [root, ...spans];
  const found = list => list.some(({ failed, name }) => failed || name === 'check stock');
  return {
    traceId: root.span.spanContext().traceId,
    size: every.length,
    rootMs: root.ms,
    wholeMs:
      Math.max(...every.map(({ start, ms }) => start + ms)) - Math.min(...every.map(({ start }) => start)),
    found: found(every.filter(({ isLate }) => !isLate)),
    foundLate: found(spans.filter(({ isLate }) => isLate)),
  };
}

/** As a service sends them that samples nothing, and says so. */
async function post(collector, spans) {
  const nanoseconds = ([seconds, nanos]) => String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
  const scopeSpans = [
    {
      scope: { name: 'twin' },
      spans: spans.map(span => ({
        traceId: span.spanContext().traceId,
        spanId: span.spanContext().spanId,
        parentSpanId: span.parentSpanContext?.spanId ?? '',
        traceState: 'ot=th:0',
        name: span.name,
        kind: span.kind + 1,
        startTimeUnixNano: nanoseconds(span.startTime),
        endTimeUnixNano: nanoseconds(span.endTime),
        status: { code: span.status.code },
      })),
    },
  ];
  const response = await fetch(new URL('/v1/traces', collector), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource: { attributes: [] }, scopeSpans }] }),
  });
  if (!response.ok) throw new Error(`${collector}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

/** A small generator of random numbers, so that a failure can be run again. */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
