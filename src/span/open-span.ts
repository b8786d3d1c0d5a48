// A span that outlives the call of fn: a promise, a generator or a stream ends it later.

import type { Context, Span } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { recordFailure } from './record-failure.js';
import type { SpanOptions } from './types.js';
import type { ActiveTracer } from './active-tracer.js';

/** A span whose work goes on after fn has returned. */
export class OpenSpan {
  readonly span: Span;
  readonly #order: number;
  readonly #context: Context;
  readonly #way: ActiveTracer;
  readonly #isError: SpanOptions['isError'];
  #ended = false;

  constructor(
    span: Span,
    order: number,
    context: Context,
    way: ActiveTracer,
    isError: SpanOptions['isError'],
  ) {
    this.span = span;
    this.#order = order;
    this.#context = context;
    this.#way = way;
    this.#isError = isError;
  }

  /** Runs a step of the work inside the span's context. */
  run<T>(step: () => T): T {
    return this.#way.contextManager.with(this.#context, step);
  }

  /** Ends the span normally, if it has not ended yet. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    endSpan(this.span);
  }

  /** Ends the span with a failure, if it has not ended yet. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    recordFailure(this.span, error, this.#order, this.#isError);
    endSpan(this.span);
  }
}

/** Ends a span; what a foreign processor throws in it goes no further. */
export function endSpan(span: Span): void {
  try {
    span.end();
  } catch (error) {
    // A foreign processor or exporter threw inside end(); the user's result must not be lost for it.
    reportFault('span.end()', error);
  }
}
