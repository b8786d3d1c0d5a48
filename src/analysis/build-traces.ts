// Builds trees from flat spans. Time is linear except for one sort. Nothing recurses, so that a chain of 100,000 spans does
// not overflow the stack.

import {
  type FlatSpan,
  type Problem,
  type ProblemCode,
  PROBLEMS,
  type SpanNode,
  type Trace,
} from './types.js';

/**
 * Builds one trace for each trace id, in the order of each id's first span.
 *
 * A span whose parent is missing becomes a root. A cycle is cut at its earliest span. Each of these is a problem of the
 * trace. A span that was sent twice is kept once.
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

/** Whether two spans with one id are the same span, sent twice. */
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
  const unique = removeResent(group, problems);
  const epochNs = unique.reduce(
    (least, span) => (span.startNs < least ? span.startNs : least),
    unique[0]?.startNs ?? 0n,
  );
  const spans = unique.map(span => toNode(span, epochNs, problems));
  spans.sort(compareByStart);

  const byId = new Map<string, SpanNode>();
  for (const span of spans) if (!byId.has(span.spanId)) byId.set(span.spanId, span);
  for (const span of spans) {
    if (span.parentSpanId === undefined) continue;
    const parent = byId.get(span.parentSpanId);
    if (parent === undefined)
      problems.push(createProblem('missing_parent', span, `parent ${span.parentSpanId}`));
    else span.parent = parent;
  }
  cutCycles(spans, problems);

  const roots: SpanNode[] = [];
  // The spans are in order of start, so every list of children is, too.
  for (const span of spans) (span.parent?.children ?? roots).push(span);
  const services = [...new Set(spans.map(span => span.service))];
  return { traceId, epochNs, spans, roots, services, problems };
}

function removeResent(group: readonly FlatSpan[], problems: Problem[]): FlatSpan[] {
  const first = new Map<string, FlatSpan>();
  const unique: FlatSpan[] = [];
  for (const span of group) {
    const known = first.get(span.spanId);
    if (known === undefined) first.set(span.spanId, span);
    else if (isSameSpan(known, span)) continue;
    else
      problems.push(
        createProblem('duplicate_span', span, `the other is "${known.name}" of ${known.service}`),
      );
    unique.push(span);
  }
  return unique;
}

function toNode(span: FlatSpan, epochNs: bigint, problems: Problem[]): SpanNode {
  const start = Number(span.startNs - epochNs);
  if (span.endNs < span.startNs) {
    problems.push(
      createProblem('negative_duration', span, `by ${span.startNs - span.endNs} ns; shown with no duration`),
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

/** Removes the parent of the earliest span of each cycle. Each span is visited at most twice. */
function cutCycles(spans: readonly SpanNode[], problems: Problem[]): void {
  // The number of the walk that visited a span first. A walk that meets its own number has found a cycle.
  const walkOf = new Map<SpanNode, number>();
  for (const [walk, span] of spans.entries()) {
    let current: SpanNode | undefined = span;
    while (current !== undefined && !walkOf.has(current)) {
      walkOf.set(current, walk);
      current = current.parent;
    }
    if (current === undefined || walkOf.get(current) !== walk) continue;
    let earliest = current;
    let length = 1;
    for (let next = current.parent; next !== undefined && next !== current; next = next.parent) {
      length++;
      if (compareByStart(next, earliest) < 0) earliest = next;
    }
    delete earliest.parent;
    problems.push(createProblem('parent_cycle', earliest, `a cycle of ${length}; shown as a root`));
  }
}

/** Orders by start, then the longer first, as a parent is, then by id, so that the order is always the same. */
function compareByStart(one: SpanNode, other: SpanNode): number {
  if (one.start !== other.start) return one.start - other.start;
  if (one.end !== other.end) return other.end - one.end;
  return one.spanId < other.spanId ? -1 : Number(one.spanId > other.spanId);
}

function createProblem(code: ProblemCode, span: Pick<SpanNode, 'spanId' | 'name'>, detail: string): Problem {
  const name = JSON.stringify(span.name.slice(0, 80));
  return { code, spanId: span.spanId, message: `Span ${name}: ${PROBLEMS[code]} (${detail}).` };
}
