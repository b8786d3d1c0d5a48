// Flat spans to trees. Linear but for one sort, and without recursion: a chain of 100,000 spans is fine.

import {
  type FlatSpan,
  type Problem,
  type ProblemCode,
  PROBLEMS,
  type SpanNode,
  type Trace,
} from './types.js';

/**
 * Builds one trace for each trace id, in the order in which the ids come up.
 *
 * Spans whose parent is missing become roots, cycles are cut at their earliest span, and each such
 * thing is a problem of the trace. The same span sent twice is kept once.
 *
 * @param spans in any order, of any number of traces
 */
export function buildTraces(spans: Iterable<FlatSpan>): Trace[] {
  const byTrace = new Map<string, FlatSpan[]>();
  for (const span of spans) {
    const group = byTrace.get(span.traceId);
    if (group === undefined) byTrace.set(span.traceId, [span]);
    else group.push(span);
  }
  return Array.from(byTrace, ([traceId, group]) => buildTrace(traceId, group));
}

/** Tells a span that was sent again from another one with the same id. */
export function isSameSpan(one: FlatSpan, other: FlatSpan): boolean {
  return (
    one.spanId === other.spanId &&
    one.startNs === other.startNs &&
    one.endNs === other.endNs &&
    one.name === other.name &&
    one.service === other.service
  );
}

function buildTrace(traceId: string, group: readonly FlatSpan[]): Trace {
  const problems: Problem[] = [];
  const unique = withoutResent(group, problems);
  const epochNs = unique.reduce(
    (least, span) => (span.startNs < least ? span.startNs : least),
    unique[0]?.startNs ?? 0n,
  );
  const spans = unique.map(span => toNode(span, epochNs, problems));
  spans.sort(byStart);

  const byId = new Map<string, SpanNode>();
  for (const span of spans) if (!byId.has(span.spanId)) byId.set(span.spanId, span);
  for (const span of spans) {
    if (span.parentSpanId === undefined) continue;
    const parent = byId.get(span.parentSpanId);
    if (parent === undefined) problems.push(problem('missing_parent', span, `parent ${span.parentSpanId}`));
    else span.parent = parent;
  }
  cutCycles(spans, problems);

  const roots: SpanNode[] = [];
  // The spans are in order of start, so every list of children is too.
  for (const span of spans) (span.parent?.children ?? roots).push(span);
  const services = [...new Set(spans.map(span => span.service))];
  return { traceId, epochNs, spans, roots, services, problems };
}

function withoutResent(group: readonly FlatSpan[], problems: Problem[]): FlatSpan[] {
  const first = new Map<string, FlatSpan>();
  const unique: FlatSpan[] = [];
  for (const span of group) {
    const known = first.get(span.spanId);
    if (known === undefined) first.set(span.spanId, span);
    else if (isSameSpan(known, span)) continue;
    else problems.push(problem('duplicate_span', span, `the other is "${known.name}" of ${known.service}`));
    unique.push(span);
  }
  return unique;
}

function toNode(span: FlatSpan, epochNs: bigint, problems: Problem[]): SpanNode {
  const start = Number(span.startNs - epochNs);
  if (span.endNs < span.startNs) {
    problems.push(
      problem('negative_duration', span, `by ${span.startNs - span.endNs} ns; shown with no duration`),
    );
  }
  return {
    spanId: span.spanId,
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    service: span.service,
    kind: span.kind,
    start,
    end: Math.max(start, Number(span.endNs - epochNs)),
    status: span.status,
    attributes: span.attributes,
    events: span.events.map(event => ({
      name: event.name,
      time: Number(event.timeNs - epochNs),
      attributes: event.attributes,
    })),
    links: [...span.links],
    children: [],
  };
}

/** Takes the parent from the earliest span of each cycle. Each span is visited at most twice. */
function cutCycles(spans: readonly SpanNode[], problems: Problem[]): void {
  const walkOf = new Map<SpanNode, number>();
  for (const [walk, span] of spans.entries()) {
    let at: SpanNode | undefined = span;
    while (at !== undefined && !walkOf.has(at)) {
      walkOf.set(at, walk);
      at = at.parent;
    }
    if (at === undefined || walkOf.get(at) !== walk) continue;
    let earliest = at;
    let length = 1;
    for (let next = at.parent; next !== undefined && next !== at; next = next.parent) {
      length++;
      if (byStart(next, earliest) < 0) earliest = next;
    }
    delete earliest.parent;
    problems.push(problem('parent_cycle', earliest, `a circle of ${length}; shown as a root`));
  }
}

/** Earlier first; of two that start together the longer, as a parent does; else by id, so that it is one order. */
function byStart(one: SpanNode, other: SpanNode): number {
  if (one.start !== other.start) return one.start - other.start;
  if (one.end !== other.end) return other.end - one.end;
  return one.spanId < other.spanId ? -1 : Number(one.spanId > other.spanId);
}

function problem(code: ProblemCode, span: Pick<SpanNode, 'spanId' | 'name'>, detail: string): Problem {
  const name = JSON.stringify(span.name.slice(0, 80));
  return { code, spanId: span.spanId, message: `Span ${name}: ${PROBLEMS[code]} (${detail}).` };
}
