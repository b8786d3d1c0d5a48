// The span processors, called so that none of them can reach the application or another processor with an exception.
// https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-processor

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { catchRejection } from '../core/unawaited.js';
import type { FaultReporter } from './fault-reporter.js';

/** All processors as one. */
export class MultiSpanProcessor {
  readonly #list: readonly SpanProcessor[];
  readonly #faults: FaultReporter;

  /** @param list looked at anew for each span: add-ons push further processors into the provider's list */
  constructor(list: readonly SpanProcessor[], faults: FaultReporter) {
    this.#list = list;
    this.#faults = faults;
  }

  onStart(span: Span, parentContext: Context): void {
    const list = this.#list;
    for (let i = 0; i < list.length; i++) {
      const processor = list[i];
      try {
        const answer: unknown = processor?.onStart(span, parentContext);
        if (answer !== undefined) this.#afterwards(processor, 'onStart', answer);
      } catch (error) {
        this.#report(processor, 'onStart', error);
      }
    }
  }

  onEnding(span: Span): void {
    const list = this.#list;
    for (let i = 0; i < list.length; i++) {
      const processor = list[i];
      try {
        const answer: unknown = processor?.onEnding?.(span);
        if (answer !== undefined) this.#afterwards(processor, 'onEnding', answer);
      } catch (error) {
        this.#report(processor, 'onEnding', error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    const list = this.#list;
    for (let i = 0; i < list.length; i++) {
      const processor = list[i];
      try {
        const answer: unknown = processor?.onEnd(span);
        if (answer !== undefined) this.#afterwards(processor, 'onEnd', answer);
      } catch (error) {
        this.#report(processor, 'onEnd', error);
      }
    }
  }

  /** Flushes every processor, also when one of them fails; rejects with the first failure in the end. */
  async forceFlush(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#list.map(async processor => processor.forceFlush()));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Shuts every processor down, also when one of them fails; rejects with the first failure in the end. */
  async shutdown(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#list.map(async processor => processor.shutdown()));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** What an async method answers: its rejection is reported as an exception is. */
  #afterwards(processor: SpanProcessor | undefined, method: string, answer: unknown): void {
    catchRejection(answer, error => this.#report(processor, method, error));
  }

  /** One report for each processor: what is broken once is broken for every span. */
  #report(processor: SpanProcessor | undefined, method: string, error: unknown): void {
    this.#faults.reportFailure(processor, `span processor ${nameOf(processor)}`, method, error);
  }
}

function nameOf(processor: SpanProcessor | undefined): string {
  try {
    return processor?.constructor?.name ?? 'without a name';
  } catch {
    // A proxy or getter threw on the way to the name; the report goes out without it.
    return 'without a name';
  }
}
