// Spans that end with the first use of a result: a promise with members, a query. If the application does not use the result, the
// span ends when the result is collected, or when tracing stops.

import type { OpenSpan } from './open-span.js';

interface Waiting {
  readonly open: OpenSpan;
  readonly result: WeakRef<object>;
}

const waiting = new Map<OpenSpan, Waiting>();
const collected = new FinalizationRegistry<OpenSpan>(open => open.abandon());

/**
 * Ends a span when its result is collected, unless it has ended before.
 *
 * @param result the object that the application uses
 * @param open the span. It must not refer to the result
 */
export function abandonWhenCollected(result: object, open: OpenSpan): void {
  waiting.set(open, { open, result: new WeakRef(result) });
  collected.register(result, open, open);
  open.onEnd(() => stopWaiting(open));
}

/** The application uses the result, so the use ends the span. */
export function stopWaiting(open: OpenSpan): void {
  waiting.delete(open);
  collected.unregister(open);
}

/** Whether spans wait for the use of a result. */
export function hasWaitingSpans(): boolean {
  return waiting.size > 0;
}

/** Ends the spans whose results are collected. The runtime may report a collection late. */
export function endCollectedSpans(): void {
  for (const { open, result } of waiting.values()) if (result.deref() === undefined) open.abandon();
}

/** Ends all spans that wait for the use of a result, because tracing stops. */
export function endAbandonedSpans(): void {
  for (const open of waiting.keys()) open.abandon();
}
