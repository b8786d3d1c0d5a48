// Calls every span processor. An exception of one reaches neither the application nor the other processors.
// https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-processor

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { catchRejection } from '../core/catch-rejection.js';
import type { FaultReporter } from './fault-reporter.js';

/** Several span processors as one. */
export class MultiSpanProcessor {
  readonly #processors: readonly SpanProcessor[];
  readonly #faults: FaultReporter;

  /**
   * @param processors the processors. The array is read for each span, because add-ons push further processors into the
   * array of the provider
   * @param faults receives the failures of processors
   */
  constructor(processors: readonly SpanProcessor[], faults: FaultReporter) {
    this.#processors = processors;
    this.#faults = faults;
  }

  onStart(span: Span, parentContext: Context): void {
    const processors = this.#processors;
    for (let i = 0; i < processors.length; i++) {
      const processor = processors[i];
      try {
        const result: unknown = processor?.onStart(span, parentContext);
        if (result !== undefined) this.#catchRejection(processor, 'onStart', result);
      } catch (error) {
        this.#report(processor, 'onStart', error);
      }
    }
  }

  onEnding(span: Span): void {
    const processors = this.#processors;
    for (let i = 0; i < processors.length; i++) {
      const processor = processors[i];
      try {
        const result: unknown = processor?.onEnding?.(span);
        if (result !== undefined) this.#catchRejection(processor, 'onEnding', result);
      } catch (error) {
        this.#report(processor, 'onEnding', error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    const processors = this.#processors;
    for (let i = 0; i < processors.length; i++) {
      const processor = processors[i];
      try {
        const result: unknown = processor?.onEnd(span);
        if (result !== undefined) this.#catchRejection(processor, 'onEnd', result);
      } catch (error) {
        this.#report(processor, 'onEnd', error);
      }
    }
  }

  /** Flushes every processor, also after a failure of one. Rejects at the end with the first failure. */
  async forceFlush(): Promise<void> {
    const results = await Promise.allSettled(this.#processors.map(async processor => processor.forceFlush()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** Shuts every processor down, also after a failure of one. Rejects at the end with the first failure. */
  async shutdown(): Promise<void> {
    const results = await Promise.allSettled(this.#processors.map(async processor => processor.shutdown()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** Reports the rejection of a method that was written as an async function. */
  #catchRejection(processor: SpanProcessor | undefined, method: string, result: unknown): void {
    catchRejection(result, error => this.#report(processor, method, error));
  }

  /** Reports once for each processor, because a processor that fails for one span usually fails for all. */
  #report(processor: SpanProcessor | undefined, method: string, error: unknown): void {
    this.#faults.reportFailure(processor, `span processor ${readClassName(processor)}`, method, error);
  }
}

function readClassName(processor: SpanProcessor | undefined): string {
  try {
    return processor?.constructor?.name ?? 'without a name';
  } catch {
    // A proxy or a getter threw. The report has no name.
    return 'without a name';
  }
}
