// Decisions at a trace's end for any OpenTelemetry provider: the stage behind `sample.keep`, as a span processor.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { checkOptions, resolveSample } from '../config/index.js';
import { systemClock } from '../core/clock.js';
import { TraceError } from '../core/errors.js';
import { guarded } from '../core/guard.js';
import { formatValue } from '../core/format-value.js';
import { globalState } from '../core/global-state.js';
import { systemTimers } from '../core/timers.js';
import type { KeepOptions } from '../sampling/options.js';
import { TailSampler } from '../sampling/tail/tail-sampler.js';
import { FOREIGN_BYTES, bufferSpansFor } from './object-span-buffer.js';

const NEXT = 'the processor behind createTailProcessor()';

/**
 * A span processor that holds the spans of a trace back until its local root has ended, and then passes all of them on
 * or none. It needs a sampler that records every span: `createSampler({ ratio, keep })`.
 *
 * @param keep what is kept although the ratio said no, and how much may wait
 * @param next gets the spans of the traces that are kept, marked with `sampling.kept_by` where that had a reason; the
 *   others reach it without the sampled flag, as they would without this processor
 * @throws TraceError for mistakes in the options, all of them at once, and for a `next` that is no span processor
 * @example
 * const sample = { ratio: 0.01, keep: { errors: true, slowerThanMs: 500 } };
 * const provider = new NodeTracerProvider({
 *   sampler: createSampler(sample),
 *   spanProcessors: [createTailProcessor(sample.keep, new BatchSpanProcessor(exporter))],
 * });
 */
export function createTailProcessor(keep: KeepOptions, next: SpanProcessor): SpanProcessor {
  if (typeof (next as SpanProcessor | undefined)?.onEnd !== 'function') {
    const received = formatValue(next);
    throw new TraceError([{ code: 'wrong_type', path: 'next', expected: 'a span processor', received }]);
  }
  const { maxBytes, maxTraces, maxWaitMs, ...policy } = resolveSample(
    checkOptions({ sample: { keep } }).sample,
    undefined,
  ).keep;
  const stage = new TailSampler({
    policy,
    maxBytes,
    maxTraces,
    maxWaitMs,
    holders: [bufferSpansFor(next, NEXT, FOREIGN_BYTES)],
    verdictOf: () => undefined,
    clock: systemClock,
    after: (ms, callback) => systemTimers.after(ms, callback),
    onFirstEviction: message => globalState.diagnostics.warn(message),
  });
  return new TailProcessor(stage, next);
}

class TailProcessor implements SpanProcessor {
  readonly #stage: TailSampler;
  readonly #next: SpanProcessor;
  #shutdown: Promise<void> | undefined;

  constructor(stage: TailSampler, next: SpanProcessor) {
    this.#stage = stage;
    this.#next = next;
  }

  onStart(span: Span, parent: Context): void {
    if (this.#shutdown !== undefined) return;
    this.#stage.onStart(span);
    guarded(`onStart of ${NEXT}`, () => this.#next.onStart(span, parent), undefined);
  }

  onEnding(span: Span): void {
    if (this.#shutdown !== undefined) return;
    guarded(`onEnding of ${NEXT}`, () => this.#next.onEnding?.(span), undefined);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown === undefined) this.#stage.onEnd(span, span);
  }

  /** What is decided leaves; traces that have not ended go on waiting. */
  async forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }

  /** Decides what waits by what is known, and shuts the next processor down. */
  shutdown(): Promise<void> {
    this.#stage.close();
    this.#shutdown ??= this.#close();
    return this.#shutdown;
  }

  /** Rejects where the next one throws, as whoever waits for a promise expects. */
  async #close(): Promise<void> {
    await this.#next.shutdown();
  }
}
