// Creates traces of random shapes. This process samples them, and also sends all of them to Collectors that sample them. The parent
// process receives the facts of each trace on which a decision can depend.

import { init, trace } from '@do/trace';
import { otlp } from '@do/trace/exporters';

const { ratio, keep, endpoint, collectors, traces, seed } = JSON.parse(process.env.TAIL_SAMPLING);
const TRACES_PER_BATCH = 50;
const NAMES = ['load', 'load', 'load', 'load', 'render', 'render', 'save', 'save', 'precheck', 'check stock'];
const MS = [0, 0.25, 1, 3, 8, 20, 60, 150, 499, 500, 500.25, 500.75, 501, 800];

const all = [];
/** An exporter that receives every span, also those of traces that are not kept. */
const allSpans = {
  name: 'all-spans',
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
  service: 'tail-sampling',
  exporter: [otlp({ endpoint }), allSpans],
  sample: { ratio, keep },
  instrument: false,
});

const random = mulberry32(seed);
const below = limit => Math.floor(random() * limit);
const facts = [];
for (let count = 0; count < traces; count += TRACES_PER_BATCH) createBatch();
// A limit for hangs only, which a busy machine does not reach.
const { exporters } = await trace.flush({ timeoutMs: 60_000 });
for (const collector of collectors) {
  for (let at = 0; at < all.length; at += 2_000) await post(collector, all.slice(at, at + 2_000));
}
process.send({ facts, exporters });
process.once('disconnect', () => process.exit());

/** Creates traces that are open at the same time. Children end first, then roots, then the late spans. */
function createBatch() {
  const base = Date.now() - 10_000;
  const open = Array.from({ length: TRACES_PER_BATCH }, () => startTrace(base));
  for (const { spans } of open) for (const one of spans) if (!one.isLate) endSpan(one);
  for (const { root } of open) endSpan(root);
  for (const { root, spans } of open) {
    for (const one of spans) if (one.isLate) endSpan(one);
    if (below(20) === 0) {
      // Work that starts after the end of the root.
      const after = { ...planSpan(base + root.ms), isLate: true };
      spans.push(after);
      trace.withSpan(root.span, () => startSpan(after));
      endSpan(after);
    }
  }
  for (const one of open) facts.push(factsOf(one));
}

function startTrace(base) {
  // Some roots are long. Almost all are longer than their children.
  const root = { ...planSpan(base), ms: below(12) === 0 ? MS[below(MS.length)] : 160 + below(200) };
  trace.detached(() => startSpan(root));
  const spans = [];
  for (let n = below(10); n > 0; n--) {
    const parents = [root, ...spans];
    const parent = parents[below(parents.length)];
    const one = { ...planSpan(parent.start + below(5)), isLate: below(12) === 0 };
    trace.withSpan(parent.span, () => startSpan(one));
    spans.push(one);
  }
  return { root, spans };
}

function planSpan(start) {
  const ms = below(40) === 0 ? MS[below(MS.length)] : MS[below(8)];
  // About 1 % of all spans fail, and about 1 % have a name that matches the policy.
  return { name: NAMES[below(9) + (below(90) === 0)], failed: below(100) === 0, start, ms };
}

function startSpan(one) {
  one.span = trace.startSpan(one.name, { startTime: one.start });
}

function endSpan({ span, start, ms, failed }) {
  if (failed) span.setStatus({ code: 2 });
  span.end(start + ms);
}

function factsOf({ root, spans }) {
  const every = [root, ...spans];
  const hasMatch = list => list.some(({ failed, name }) => failed || name === 'check stock');
  return {
    traceId: root.span.spanContext().traceId,
    size: every.length,
    rootMs: root.ms,
    traceMs:
      Math.max(...every.map(({ start, ms }) => start + ms)) - Math.min(...every.map(({ start }) => start)),
    matches: hasMatch(every.filter(({ isLate }) => !isLate)),
    matchesLate: hasMatch(spans.filter(({ isLate }) => isLate)),
  };
}

/** Sends spans like a service with a ratio of 1, whose threshold is in the tracestate. */
async function post(collector, spans) {
  const nanoseconds = ([seconds, nanos]) => String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
  const scopeSpans = [
    {
      scope: { name: 'tail-sampling' },
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

/** Returns a generator of pseudo-random numbers with a seed, so that a failure can be repeated. */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
