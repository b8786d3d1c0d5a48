// Which spans have already told of an error, so that one that passes through several leaves one event.
// The innermost span tells it; an outer one is known by having started earlier in the same trace.

interface Telling {
  readonly traceId: string;
  /** The start order of the span that told it. */
  readonly order: number;
}

const RING_SIZE = 16;

const tellings = new WeakMap<object, Telling>();
// Strings and other primitives have no identity: the last few are remembered by value.
const ring: { value: unknown; telling: Telling }[] = [];
let ringNext = 0;

/**
 * Says whether a span inside this one already recorded this very error.
 *
 * @param error what was thrown
 * @param traceId the trace of the span that fails now
 * @param order the start order of the span that fails now
 */
export function wasTold(error: unknown, traceId: string, order: number): boolean {
  const telling = isObject(error)
    ? tellings.get(error)
    : ring.findLast(entry => Object.is(entry.value, error) && entry.telling.traceId === traceId)?.telling;
  return telling !== undefined && telling.traceId === traceId && telling.order > order;
}

/** Remembers that the span with this start order recorded the error. */
export function markTold(error: unknown, traceId: string, order: number): void {
  const telling = { traceId, order };
  if (isObject(error)) tellings.set(error, telling);
  else {
    ring[ringNext] = { value: error, telling };
    ringNext = (ringNext + 1) % RING_SIZE;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
