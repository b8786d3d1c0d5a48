// Decisions at a trace's end for any OpenTelemetry provider: the stage behind `sample.keep`, as a span processor.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { checkOptions, resolveSample } from './config/index.js';
import { systemClock } from './core/clock.js';
import { slot } from './core/slot.js';
import { systemTimers } from './delivery/timers.js';
import type { KeepOptions } from './sampling/options.js';
import { TailStage } from './sampling/tail/stage.js';
import { FOREIGN_BYTES, waitingFor } from './waiting.js';

/**
 * A span processor that holds the spans of a trace back until its local root has ended, and then passes all of them on
 * or none. It needs a sampler that records every span: `createSampler({ ratio, keep })`.
 *
 * @param keep what is kept although the ratio said no, and how much may wait
 * @param next gets the spans of the traces that are kept, marked with `sampling.kept_by` where that had a reason; the
 *   others reach it without the sampled flag, as they would without this processor
 * @throws TraceError for mistakes in the options, all of them at once
 * @example
 * const sample = { ratio: 0.01, keep: { errors: true, slowerThanMs: 500 } };
 * const provider = new NodeTracerProvider({
 *   sampler: createSampler(sample),
 *   spanProcessors: [createTailProcessor(sample.keep, new BatchSpanProcessor(exporter))],
 * });
 */
export function createTailProcessor(keep: KeepOptions, next: SpanProcessor): SpanProcessor {
  const { maxBytes, maxTraces, maxWaitMs, ...policy } = resolveSample(
    checkOptions({ sample: { keep } }).sample,
    undefined,
  ).keep;
  const stage = new TailStage({
    policy,
    maxBytes,
    maxTraces,
    maxWaitMs,
    holders: [waitingFor(next, `the processor ${next.constructor.name}`, FOREIGN_BYTES)],
    verdictOf: () => undefined,
    clock: systemClock,
    after: (ms, callback) => systemTimers.after(ms, callback),
    onFirstEviction: message => slot.diagnostics.warn(message),
  });
  return new TailProcessor(stage, next);
}

class TailProcessor implements SpanProcessor {
  readonly #stage: TailStage;
  readonly #next: SpanProcessor;
  #shutdown: Promise<void> | undefined;

  constructor(stage: TailStage, next: SpanProcessor) {
    this.#stage = stage;
    this.#next = next;
  }

  onStart(span: Span, parent: Context): void {
    if (this.#shutdown !== undefined) return;
    this.#stage.onStart(span);
    this.#next.onStart(span, parent);
  }

  onEnding(span: Span): void {
    if (this.#shutdown === undefined) this.#next.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown === undefined) this.#stage.onEnd(span, span);
  }

  /** What is decided leaves; traces that have not ended go on waiting. */
  forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }

  /** Decides what waits by what is known, and shuts the next processor down. */
  shutdown(): Promise<void> {
    this.#stage.close();
    this.#shutdown ??= this.#next.shutdown();
    return this.#shutdown;
  }
}
