// What becomes of a span when fn has returned: which results end it now, and which end it later.

import { types } from 'node:util';
import type { Context, Span } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { recordFailure } from './record-failure.js';
import { isGenerator, traceGenerator } from './generator.js';
import { endSpan, OpenSpan } from './open-span.js';
import { readIsErrorOption, readStreamOption } from './read-options.js';
import { traceStream } from './stream.js';
import { isThenable, type Thenable, traceThenable } from './thenable.js';
import type { SpanOptions } from './types.js';
import type { ActiveTracer } from './active-tracer.js';

/**
 * Ends the span when the result has settled, and hands the result on.
 *
 * @param result what fn returned
 * @param span the span around fn
 * @param order the span's start order
 * @param context the context that holds the span
 * @param way the tracer it came from
 * @param options the span's options
 */
export function endWhenSettled<T>(
  result: T,
  span: Span,
  order: number,
  context: Context,
  way: ActiveTracer,
  options: SpanOptions | undefined,
): T {
  if (result === null || (typeof result !== 'object' && typeof result !== 'function')) {
    endSpan(span);
    return result;
  }
  const stream = options !== undefined && readStreamOption(options);
  const shape = shapeOf(result);
  if (shape === 'plain' && !stream) {
    endSpan(span);
    return result;
  }
  const value: unknown = result;
  if (shape === 'promise' && !stream) {
    // A span that records nothing has nothing to end: the user's own promise goes back, unwrapped.
    if (!span.isRecording()) return result;
    return settlePromise(value as Promise<unknown>, span, order, options) as T;
  }
  const open = new OpenSpan(span, order, context, way, readIsErrorOption(options));
  switch (shape) {
    case 'promise':
      return settleStreamPromise(value as Promise<unknown>, open) as T;
    case 'thenable':
      return traceThenable(
        value as Thenable,
        open,
        stream ? value => handOver(value, open) : undefined,
      ) as T;
    case 'generator':
      return types.isGeneratorObject(result) ? traceGenerator(result, open) : handOver(result, open);
    default:
      return handOver(result, open);
  }
}

type Shape = 'plain' | 'promise' | 'thenable' | 'generator';

/** What a result is. Looking must be harmless: a proxy or getter that throws makes it a plain value. */
function shapeOf(result: object): Shape {
  try {
    if (isPlainPromise(result)) return 'promise';
    if (isThenable(result)) return 'thenable';
    return isGenerator(result) ? 'generator' : 'plain';
  } catch {
    // The user's own code meets the same exception if it looks; it is not for us to raise it.
    return 'plain';
  }
}

/**
 * One derived promise: the span ends before whoever awaits the result goes on.
 * The commonest case by far, so it makes nothing but the two reactions.
 */
function settlePromise(
  promise: Promise<unknown>,
  span: Span,
  order: number,
  options: SpanOptions | undefined,
): Promise<unknown> {
  return promise.then(
    value => {
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

function settleStreamPromise(promise: Promise<unknown>, open: OpenSpan): Promise<unknown> {
  return promise.then(
    value => handOver(value, open),
    error => {
      open.fail(error);
      throw error;
    },
  );
}

/** A generator, and with `stream: true` whatever else is read later, keeps the span open; anything else ends it. */
function handOver<T>(value: T, open: OpenSpan): T {
  try {
    const handed = traceStream(value, open);
    if (handed !== undefined) return handed;
  } catch (error) {
    // A stream that cannot be observed (locked, exotic) is handed on as it is; the span ends now.
    reportFault('observing a stream', error);
  }
  open.end();
  return value;
}

/** A promise with no members of its own; one with more (execa, subclasses) must keep them. */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (!(value instanceof Promise) || value.constructor !== Promise) return false;
  // Node's async hooks put symbols on promises; only string keys are a user's.
  for (const _ in value) return false;
  return true;
}
