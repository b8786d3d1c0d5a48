// The spans of a trace as plain rows in the order of the tree. The terminal, the receiver's JSON API and the web page show
// the figures of these rows.

import { getHttpPath } from './http-path.js';
import { findRowError, type RowError, findSpansAboveErrors } from './row-error.js';
import type { Kind, SpanNode, Status, Trace } from './types.js';

/** One span as a line of the tree. */
export interface TreeRow {
  readonly spanId: string;
  /** The parent in the tree. A root has none, even if the span names a parent that did not arrive. */
  readonly parentSpanId?: string;
  readonly service: string;
  readonly name: string;
  /** The route or path, if the name is only an HTTP method. */
  readonly path?: string;
  readonly kind: Kind;
  /** 0 for a root. */
  readonly depth: number;
  /** Whether no sibling follows. */
  readonly last: boolean;
  /** Nanoseconds since the trace's first span started. */
  readonly startNs: number;
  readonly durationNs: number;
  /** The part of its parent's duration during which this span ran, 0 to 1. Absent on a root and on a span that ran after its parent. */
  readonly shareOfParent?: number;
  /** Whether it took the most of its parent's time, among two siblings or more. */
  readonly slowest: boolean;
  readonly status: Status;
  readonly error?: RowError;
}

/** A row with its span. */
export interface SpanRow {
  readonly span: SpanNode;
  readonly row: TreeRow;
}

interface TreePosition {
  readonly span: SpanNode;
  readonly depth: number;
  readonly last: boolean;
}

/**
 * Returns every span of a trace in the order of the tree, parents before their children.
 *
 * @param trace a trace from `readTraces`
 * @example
 * for (const row of treeRows(trace)) console.log(' '.repeat(row.depth) + row.name, row.durationNs / 1e6, 'ms');
 */
export function treeRows(trace: Trace): TreeRow[] {
  return buildRows(trace).map(({ row }) => row);
}

/** Returns the rows of a trace with their spans, in the order of the tree. */
export function buildRows(trace: Trace): SpanRow[] {
  const positions = listTreePositions(trace);
  const aboveErrors = findSpansAboveErrors(positions.map(({ span }) => span));
  const slowest = findSlowestChildren(trace);
  return positions.map(({ span, depth, last }) => {
    const share = computeShareOfParent(span);
    const error = findRowError(span, aboveErrors.has(span));
    const path = getHttpPath(span);
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

/** Walks the tree with a stack on the heap: recursion would overflow on a deep trace. */
function listTreePositions(trace: Trace): TreePosition[] {
  const positions: TreePosition[] = [];
  const pending = listChildPositions(trace.roots, 0);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    positions.push(next);
    for (const child of listChildPositions(next.span.children, next.depth + 1)) pending.push(child);
  }
  return positions;
}

/** The positions of siblings, the last one first, as a stack needs them. */
function listChildPositions(siblings: readonly SpanNode[], depth: number): TreePosition[] {
  return siblings.map((span, index) => ({ span, depth, last: index === siblings.length - 1 })).reverse();
}

/** The time during which both the span and its parent ran, divided by the parent's duration. */
function computeShareOfParent(span: SpanNode): number | undefined {
  const { parent } = span;
  if (parent === undefined || parent.end === parent.start) return undefined;
  if (span.start >= parent.end && span.end > parent.end) return undefined;
  return computeOverlapNs(span, parent) / (parent.end - parent.start);
}

function computeOverlapNs(span: SpanNode, parent: SpanNode): number {
  return Math.max(0, Math.min(span.end, parent.end) - Math.max(span.start, parent.start));
}

/** For each span with two children or more: the child that took the most of its time, or of equal ones the longest. */
function findSlowestChildren(trace: Trace): Set<SpanNode> {
  const slowest = new Set<SpanNode>();
  for (const parent of trace.spans) {
    if (parent.children.length < 2) continue;
    slowest.add(parent.children.reduce((best, child) => (isSlower(child, best, parent) ? child : best)));
  }
  return slowest;
}

function isSlower(one: SpanNode, other: SpanNode, parent: SpanNode): boolean {
  const differenceNs = computeOverlapNs(one, parent) - computeOverlapNs(other, parent);
  return differenceNs > 0 || (differenceNs === 0 && one.end - one.start > other.end - other.start);
}
