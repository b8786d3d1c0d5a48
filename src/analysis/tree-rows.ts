// The tree as plain rows: what the terminal prints and what the receiver answers as JSON are these same numbers.

import { httpPath } from './http-path.js';
import type { Kind, Problem, SpanNode, Status, Trace } from './types.js';

/** What went wrong in a span. */
export interface RowError {
  /** `exception.type` or `error.type`, where one was recorded. */
  readonly type?: string;
  /** The message of the exception, else of the status; may be empty. */
  readonly message: string;
  /** Whether it began in this span, rather than having come up from a span below. */
  readonly began: boolean;
}

/** One span as a line of the tree. */
export interface TreeRow {
  readonly spanId: string;
  /** The parent in the tree; none on a root, even where the span names a parent that did not arrive. */
  readonly parentSpanId?: string;
  readonly service: string;
  readonly name: string;
  /** The route or path, where the name is an HTTP method and nothing else. */
  readonly path?: string;
  readonly kind: Kind;
  /** 0 for a root. */
  readonly depth: number;
  /** Whether no sibling follows. */
  readonly last: boolean;
  /** Nanoseconds since the trace's first span started. */
  readonly startNs: number;
  readonly durationNs: number;
  /** How much of its parent's duration this span ran, 0 to 1; none on a root and where it ran after its parent. */
  readonly shareOfParent?: number;
  /** Whether it took the most of its parent's time, among two siblings or more. */
  readonly slowest: boolean;
  readonly status: Status;
  readonly error?: RowError;
}

/** A trace in one line. */
export interface TraceSummary {
  readonly traceId: string;
  /** Name and service of the first root. */
  readonly name: string;
  readonly service: string;
  /** Nanoseconds since the Unix epoch, in decimal digits: no number holds them exactly. */
  readonly startUnixNano: string;
  /** From the first start to the last end. */
  readonly durationNs: number;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly services: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Every span of the trace in the order of the tree, parents before their children.
 *
 * @param trace as `readTraces` gives it
 * @example
 * for (const row of treeRows(trace)) console.log(' '.repeat(row.depth) + row.name, row.durationNs / 1e6, 'ms');
 */
export function treeRows(trace: Trace): TreeRow[] {
  return rowsWithSpans(trace).map(place => place.row);
}

/** The numbers of the whole trace. */
export function summarize(trace: Trace): TraceSummary {
  const first = trace.roots[0];
  return {
    traceId: trace.traceId,
    name: first?.name ?? '',
    service: first?.service ?? '',
    startUnixNano: String(trace.epochNs),
    durationNs: trace.spans.reduce((latest, span) => Math.max(latest, span.end), 0),
    spanCount: trace.spans.length,
    errorCount: trace.spans.reduce((count, span) => count + Number(isError(span)), 0),
    services: trace.services,
    problems: trace.problems,
  };
}

/** A row together with the span it stands for. */
export interface SpanRow {
  readonly span: SpanNode;
  readonly row: TreeRow;
}

/** The rows with their spans, in the order of the tree; without recursion, so any depth is fine. */
export function rowsWithSpans(trace: Trace): SpanRow[] {
  const order: { readonly span: SpanNode; readonly depth: number; readonly last: boolean }[] = [];
  const pending = trace.roots.map((span, index) => ({
    span,
    depth: 0,
    last: index === trace.roots.length - 1,
  }));
  pending.reverse();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    order.push(next);
    const { children } = next.span;
    for (let index = children.length - 1; index >= 0; index--) {
      const span = children[index];
      if (span !== undefined)
        pending.push({ span, depth: next.depth + 1, last: index === children.length - 1 });
    }
  }
  const passedOn = spansAboveAnError(order.map(entry => entry.span));
  const slowest = slowestChildren(trace);
  return order.map(({ span, depth, last }) => {
    const share = shareOf(span);
    const error = errorOf(span, passedOn.has(span));
    const path = httpPath(span);
    const row: TreeRow = {
      spanId: span.spanId,
      ...(span.parent === undefined ? {} : { parentSpanId: span.parent.spanId }),
      service: span.service,
      name: span.name,
      ...(path === undefined ? {} : { path }),
      kind: span.kind,
      depth,
      last,
      startNs: span.start,
      durationNs: span.end - span.start,
      ...(share === undefined ? {} : { shareOfParent: share }),
      slowest: slowest.has(span),
      status: span.status,
      ...(error === undefined ? {} : { error }),
    };
    return { span, row };
  });
}

function isError(span: SpanNode): boolean {
  return span.status.code === 'error';
}

/** The spans with an error somewhere below them. Backwards, each span comes before its parent. */
function spansAboveAnError(order: readonly SpanNode[]): Set<SpanNode> {
  const above = new Set<SpanNode>();
  for (let index = order.length - 1; index >= 0; index--) {
    const span = order[index];
    if (span?.parent !== undefined && (isError(span) || above.has(span))) above.add(span.parent);
  }
  return above;
}

/**
 * The error of a span. It began here where no span below failed, or where an exception was recorded on this
 * very span: one that only passes through leaves its event on the innermost span.
 */
function errorOf(span: SpanNode, errorBelow: boolean): RowError | undefined {
  if (!isError(span)) return undefined;
  const exception = span.events.findLast(event => event.name === 'exception')?.attributes ?? {};
  const type = textOf(exception['exception.type']) ?? textOf(span.attributes['error.type']);
  const message = textOf(exception['exception.message']) ?? span.status.message ?? '';
  const raisedHere =
    Object.hasOwn(exception, 'exception.message') || Object.hasOwn(exception, 'exception.type');
  const began = !errorBelow || (raisedHere && !cameFromBelow(span, type, message));
  return { ...(type === undefined ? {} : { type }), message, began };
}

/** Whether a child recorded the same exception: instrumentations that record it again at every level. */
function cameFromBelow(span: SpanNode, type: string | undefined, message: string): boolean {
  return span.children.some(child =>
    child.events.some(
      ({ name, attributes }) =>
        name === 'exception' &&
        textOf(attributes['exception.type']) === type &&
        (textOf(attributes['exception.message']) ?? '') === message,
    ),
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The time the span ran while its parent ran, as a part of the parent's duration. */
function shareOf(span: SpanNode): number | undefined {
  const { parent } = span;
  if (parent === undefined || parent.end === parent.start) return undefined;
  if (span.start >= parent.end && span.end > parent.end) return undefined;
  return overlap(span, parent) / (parent.end - parent.start);
}

function overlap(span: SpanNode, parent: SpanNode): number {
  return Math.max(0, Math.min(span.end, parent.end) - Math.max(span.start, parent.start));
}

/** For each span with two children or more: the one that took the most of its time, then the longest. */
function slowestChildren(trace: Trace): Set<SpanNode> {
  const slowest = new Set<SpanNode>();
  for (const parent of trace.spans) {
    if (parent.children.length < 2) continue;
    slowest.add(parent.children.reduce((best, child) => (isSlower(child, best, parent) ? child : best)));
  }
  return slowest;
}

function isSlower(one: SpanNode, other: SpanNode, parent: SpanNode): boolean {
  const difference = overlap(one, parent) - overlap(other, parent);
  return difference > 0 || (difference === 0 && one.end - one.start > other.end - other.start);
}
