// A span that is open after its function has returned. A promise, a generator or a stream ends it later.

import type { Context, Span, TimeInput } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import type { ActiveTracer } from './active-tracer.js';
import { recordFailure } from './record-failure.js';
import type { SpanOptions } from './types.js';

/** The attribute of a span whose result the application did not use until it was collected or tracing stopped. */
export const ATTR_ABANDONED = 'do.span.abandoned';

/** The attribute of a span that ended at the return of its function, because the result cannot be observed. */
export const ATTR_UNOBSERVED = 'do.span.unobserved';

/** A span whose work continues after its function has returned. */
export class OpenSpan {
  readonly span: Span;
  readonly #order: number;
  readonly #context: Context;
  readonly #tracer: ActiveTracer;
  readonly #isError: SpanOptions['isError'];
  #onEnd: (() => void) | undefined;
  #lastActivityMs: number;
  #isEnded = false;

  /**
   * @param span the span
   * @param order the start order of the span
   * @param context the context that holds the span
   * @param tracer the tracer of the span
   * @param isError the option `isError` of the span
   */
  constructor(
    span: Span,
    order: number,
    context: Context,
    tracer: ActiveTracer,
    isError: SpanOptions['isError'],
  ) {
    this.span = span;
    this.#order = order;
    this.#context = context;
    this.#tracer = tracer;
    this.#isError = isError;
    this.#lastActivityMs = Date.now();
  }

  /** Binds a callback of the application to the context that is active now. */
  bind<F extends (...args: never[]) => unknown>(callback: F): F {
    const { contextManager } = this.#tracer;
    const caller = contextManager.active();
    const bound = function (this: unknown, ...args: Parameters<F>): unknown {
      return contextManager.with(caller, () => Reflect.apply(callback, this, args));
    };
    return bound as F;
  }

  /** Sets the function that runs after the end of the span. */
  onEnd(listener: () => void): void {
    if (this.#isEnded) listener();
    else this.#onEnd = listener;
  }

  /** Runs a step of the work in the context of the span. */
  run<T>(step: () => T): T {
    this.#lastActivityMs = Date.now();
    return this.#tracer.contextManager.with(this.#context, step);
  }

  /** Ends the span without an error, if it is still open. */
  end(): void {
    this.#finish(() => endSpan(this.span));
  }

  /** Ends the span with an error, if it is still open. */
  fail(error: unknown): void {
    this.#finish(() => {
      recordFailure(this.span, error, this.#order, this.#isError);
      endSpan(this.span);
    });
  }

  /** Ends the span now, marked, because its result cannot be observed. */
  endUnobserved(): void {
    this.#finish(() => {
      this.span.setAttribute(ATTR_UNOBSERVED, true);
      endSpan(this.span);
    });
  }

  /** Ends the span, marked, at the time of its last activity, because the application did not use its result. */
  abandon(): void {
    this.#finish(() => {
      this.span.setAttribute(ATTR_ABANDONED, true);
      endSpan(this.span, Math.max(this.#lastActivityMs, readStartMs(this.span)));
    });
  }

  #finish(end: () => void): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    end();
    this.#onEnd?.();
  }
}

/** The start of a span of any SDK. The end must not be before it. */
function readStartMs(span: Span): number {
  const { startTime } = span as Partial<{ readonly startTime: readonly [number, number] }>;
  // A fraction of a microsecond more, because the conversion to milliseconds loses that much.
  return startTime === undefined ? 0 : startTime[0] * 1e3 + startTime[1] / 1e6 + 1e-3;
}

/** Ends a span. An exception of a processor is reported and not thrown. */
export function endSpan(span: Span, endTime?: TimeInput): void {
  try {
    span.end(endTime);
  } catch (error) {
    // A foreign processor or exporter threw in end(). The application must still get its result.
    reportFault('span.end()', error);
  }
}
