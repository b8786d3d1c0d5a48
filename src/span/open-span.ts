// A span that is open after its function has returned. A promise, a generator or a stream ends it later.

import type { Context, Span } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import type { ActiveTracer } from './active-tracer.js';
import { recordFailure } from './record-failure.js';
import type { SpanOptions } from './types.js';

/** A span whose work continues after its function has returned. */
export class OpenSpan {
  readonly span: Span;
  readonly #order: number;
  readonly #context: Context;
  readonly #tracer: ActiveTracer;
  readonly #isError: SpanOptions['isError'];
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
  }

  /** Runs a step of the work in the context of the span. */
  run<T>(step: () => T): T {
    return this.#tracer.contextManager.with(this.#context, step);
  }

  /** Ends the span without an error, if it is still open. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    endSpan(this.span);
  }

  /** Ends the span with an error, if it is still open. */
  fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    recordFailure(this.span, error, this.#order, this.#isError);
    endSpan(this.span);
  }
}

/** Ends a span. An exception of a processor is reported and not thrown. */
export function endSpan(span: Span): void {
  try {
    span.end();
  } catch (error) {
    // A foreign processor or exporter threw in end(). The application must still get its result.
    reportFault('span.end()', error);
  }
}
