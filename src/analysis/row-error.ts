// The error of a span, and whether it began in that span or only passed through it.

import { getStringAttribute } from './string-attribute.js';
import { hasErrorStatus } from './trace-summary.js';
import type { SpanNode } from './types.js';

/** The error of one span. */
export interface RowError {
  /** `exception.type` or `error.type`, if one was recorded. */
  readonly type?: string;
  /** The message of the exception, or else of the status; may be empty. */
  readonly message: string;
  /** Whether the error began in this span. False if it came up from a span below. */
  readonly began: boolean;
}

/**
 * Collects the spans with an error somewhere below them.
 *
 * @param parentsFirst all spans of a trace, each after its parent
 */
export function findSpansAboveErrors(parentsFirst: readonly SpanNode[]): Set<SpanNode> {
  const above = new Set<SpanNode>();
  // In reverse order each span comes before its parent.
  for (let index = parentsFirst.length - 1; index >= 0; index--) {
    const span = parentsFirst[index];
    if (span?.parent !== undefined && (hasErrorStatus(span) || above.has(span))) above.add(span.parent);
  }
  return above;
}

/**
 * Returns the error of a span. The error began in this span if no span below failed, or if this span itself recorded an
 * exception that none of its children recorded: an exception that only passes through leaves its event on the innermost span.
 *
 * @param span any span
 * @param hasErrorBelow whether a span below it failed
 */
export function findRowError(span: SpanNode, hasErrorBelow: boolean): RowError | undefined {
  if (!hasErrorStatus(span)) return undefined;
  const exception = span.events.findLast(event => event.name === 'exception')?.attributes ?? {};
  const type =
    getStringAttribute(exception, 'exception.type') ?? getStringAttribute(span.attributes, 'error.type');
  const message = getStringAttribute(exception, 'exception.message') ?? span.status.message ?? '';
  const isRecorded =
    Object.hasOwn(exception, 'exception.message') || Object.hasOwn(exception, 'exception.type');
  const began = !hasErrorBelow || (isRecorded && !isRecordedByChild(span, type, message));
  return { ...(type === undefined ? {} : { type }), message, began };
}

/** Whether a child recorded the same exception. Some instrumentations record an exception again at every level. */
function isRecordedByChild(span: SpanNode, type: string | undefined, message: string): boolean {
  return span.children.some(child =>
    child.events.some(
      ({ name, attributes }) =>
        name === 'exception' &&
        getStringAttribute(attributes, 'exception.type') === type &&
        (getStringAttribute(attributes, 'exception.message') ?? '') === message,
    ),
  );
}
