// Ends a span after its function has returned: at once, or when the returned promise, generator or stream ends.

import { types } from 'node:util';
import type { Context, Span } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import type { ActiveTracer } from './active-tracer.js';
import { isGenerator, traceGenerator } from './generator.js';
import { hasThen, observeThenable, type ObserveValue } from './observe-thenable.js';
import { isPlainPromise } from './promise-realm.js';
import { endSpan, OpenSpan } from './open-span.js';
import { readIsErrorOption, readStreamOption } from './read-options.js';
import { recordFailure } from './record-failure.js';
import { traceStream } from './stream.js';
import type { SpanOptions } from './types.js';

/** Receives the result of a function, after a promise is fulfilled and before the span ends. It never throws. */
export type OnResult = (span: Span, value: unknown) => void;

/**
 * Ends the span when the result of its function has settled.
 *
 * @param result the result of the function
 * @param span the span around the function
 * @param order the start order of the span
 * @param context the context that holds the span
 * @param tracer the tracer of the span
 * @param options the options of the span
 * @param onResult receives the result
 * @returns the result, or an object with the same behaviour that ends the span
 */
export function endWhenSettled<T>(
  result: T,
  span: Span,
  order: number,
  context: Context,
  tracer: ActiveTracer,
  options: SpanOptions | undefined,
  onResult: OnResult | undefined,
): T {
  if (result === null || (typeof result !== 'object' && typeof result !== 'function')) {
    onResult?.(span, result);
    endSpan(span);
    return result;
  }
  const isStream = options !== undefined && readStreamOption(options);
  const kind = classifyResult(result);
  if (kind === 'plain' && !isStream) {
    onResult?.(span, result);
    endSpan(span);
    return result;
  }
  const value: unknown = result;
  if (kind === 'promise' && !isStream) {
    // A non-recording span has no end to wait for: the promise is returned unchanged.
    if (!span.isRecording()) return result;
    return endAfterPromise(value as Promise<unknown>, span, order, options, onResult) as T;
  }
  const open = new OpenSpan(span, order, context, tracer, readIsErrorOption(options));
  if (kind === 'plain' || kind === 'generator') onResult?.(span, result);
  switch (kind) {
    case 'promise':
      return observePromisedStream(value as Promise<unknown>, open, onResult) as T;
    case 'thenable':
      return observeThenableOrEnd(result, open, observerOf(open, isStream, onResult));
    case 'generator':
      return types.isGeneratorObject(result)
        ? traceGenerator(result, open)
        : observeStreamOrEnd(result, open);
    default:
      return observeStreamOrEnd(result, open);
  }
}

type ResultKind = 'plain' | 'promise' | 'thenable' | 'generator';

/** Determines the kind of a result. A proxy or a getter that throws makes it a plain value. */
function classifyResult(result: object): ResultKind {
  try {
    if (isPlainPromise(result)) return 'promise';
    if (hasThen(result)) return 'thenable';
    return isGenerator(result) ? 'generator' : 'plain';
  } catch {
    // The application gets the same exception if it reads the object.
    return 'plain';
  }
}

/**
 * Returns one derived promise: the span ends before code that awaits the result continues. This is the most common case, so
 * it creates nothing but the two reactions.
 */
function endAfterPromise(
  promise: Promise<unknown>,
  span: Span,
  order: number,
  options: SpanOptions | undefined,
  onResult: OnResult | undefined,
): Promise<unknown> {
  return promise.then(
    value => {
      onResult?.(span, value);
      endSpan(span);
      return value;
    },
    error => {
      recordFailure(span, error, order, readIsErrorOption(options));
      endSpan(span);
      throw error;
    },
  );
}

/** Returns the function that takes the value of a thenable, or undefined if the end of the span is all there is to do. */
function observerOf(
  open: OpenSpan,
  isStream: boolean,
  onResult: OnResult | undefined,
): ObserveValue | undefined {
  if (!isStream && onResult === undefined) return undefined;
  return value => {
    onResult?.(open.span, value);
    if (isStream) return observeStreamOrEnd(value, open);
    open.end();
    return value;
  };
}

function observePromisedStream(
  promise: Promise<unknown>,
  open: OpenSpan,
  onResult: OnResult | undefined,
): Promise<unknown> {
  return promise.then(
    value => {
      onResult?.(open.span, value);
      return observeStreamOrEnd(value, open);
    },
    error => {
      open.fail(error);
      throw error;
    },
  );
}

/** A generator, and with `stream: true` any other stream, keeps the span open. Any other value ends it. */
function observeStreamOrEnd<T>(value: T, open: OpenSpan): T {
  try {
    const traced = traceStream(value, open);
    if (traced !== undefined) return traced;
  } catch (error) {
    // A stream that cannot be observed (locked, exotic) is returned unchanged, and the span ends now.
    reportFault('observing a stream', error);
  }
  open.end();
  return value;
}

/** The application uses the thenable itself. One that does not accept the observation ends the span at once. */
function observeThenableOrEnd<T extends object>(
  thenable: T,
  open: OpenSpan,
  observeValue: ObserveValue | undefined,
): T {
  try {
    if (observeThenable(thenable, open, observeValue)) return thenable;
  } catch (error) {
    // A trap of a proxy threw.
    reportFault('observing a thenable', error);
  }
  open.endUnobserved();
  return thenable;
}
