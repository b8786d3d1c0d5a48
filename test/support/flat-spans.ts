// Flat spans, and traces built of them, for the tests of the analysis and the receiver.

import { buildTraces, type FlatSpan, type Trace } from '../../src/analysis/index.js';

export const TRACE_ID = '5b8efff798038103d269b633813fc60c';

/** The span id of a small number. */
export const spanIdOf = (value: number): string => value.toString(16).padStart(16, '0');

/** The trace id of a small number. */
export const traceIdOf = (value: number): string => value.toString(16).padStart(32, '0');

/**
 * Creates a span.
 *
 * @param number the number of its span id
 * @param parent the number of its parent's span id
 * @param startMs milliseconds since the epoch
 * @param endMs milliseconds since the epoch
 * @param rest fields that differ from the default
 */
export function flatSpan(
  number: number,
  parent: number | undefined,
  startMs: number,
  endMs: number,
  rest: Partial<FlatSpan> = {},
): FlatSpan {
  return {
    traceId: TRACE_ID,
    spanId: spanIdOf(number),
    ...(parent === undefined ? {} : { parentSpanId: spanIdOf(parent) }),
    name: `span ${number}`,
    service: 'shop',
    kind: 'internal',
    startNs: BigInt(startMs) * 1_000_000n,
    endNs: BigInt(endMs) * 1_000_000n,
    status: { code: 'unset' },
    attributes: {},
    events: [],
    links: [],
    ...rest,
  };
}

/** Builds the trace of spans with one trace id. */
export function buildTrace(spans: readonly FlatSpan[]): Trace {
  const [trace] = buildTraces(spans);
  if (trace === undefined) throw new Error('no trace');
  return trace;
}

/** The fields of a span that failed with an exception. */
export const failedWith = (type: string, message: string): Pick<FlatSpan, 'status' | 'events'> => ({
  status: { code: 'error', message },
  events: [
    { name: 'exception', timeNs: 0n, attributes: { 'exception.type': type, 'exception.message': message } },
  ],
});

/** A trace of three services whose payment failed. */
export const shopSpans = [
  flatSpan(1, undefined, 0, 1_240, {
    service: 'gateway',
    name: 'POST /orders',
    status: { code: 'error', message: 'no answer' },
  }),
  flatSpan(2, 1, 20, 32, { service: 'inventory', name: 'reserve' }),
  flatSpan(3, 1, 40, 1_140, {
    service: 'payment',
    name: 'charge',
    ...failedWith('TimeoutError', 'no answer'),
  }),
  flatSpan(4, 3, 50, 1_130, { service: 'payment', name: 'SELECT' }),
];
