// Tail sampling for any OpenTelemetry provider: the tail sampler of `sample.keep` as a span processor.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { validateInitOptions, resolveSample } from '../config/index.js';
import type { SpanProcessor as PublicSpanProcessor } from '../core/sdk-types.js';
import { TraceError } from '../core/errors.js';
import { guarded } from '../core/guard.js';
import { formatValue } from '../core/format-value.js';
import type { KeepOptions } from '../sampling/options.js';
import type { TailSampler } from '../sampling/tail/tail-sampler.js';
import { createTailSampler } from './create-tail-sampler.js';
import { SDK_SPAN_BYTES, createObjectSpanBuffer } from './object-span-buffer.js';

const NEXT_PROCESSOR = 'the processor behind createTailProcessor()';

/**
 * Creates a span processor that buffers the spans of a trace until the local root has ended, and then passes on all of
 * them or none. It needs a sampler that records every span: `createSampler({ ratio, keep })`.
 *
 * @param keep the reasons to keep a trace that the ratio dropped, and the bounds of the buffer
 * @param next receives the spans of kept traces, with the attribute `do.sampling.kept_by` if a reason kept them; spans of
 *   other traces reach it without the sampled flag, as they would without this processor
 * @throws TraceError for mistakes in the options, with all of them, and for a `next` that is no span processor
 * @example
 * const sample = { ratio: 0.01, keep: { errors: true, slowerThanMs: 500 } };
 * const provider = new NodeTracerProvider({
 *   sampler: createSampler(sample),
 *   spanProcessors: [createTailProcessor(sample.keep, new BatchSpanProcessor(exporter))],
 * });
 */
export function createTailProcessor(keep: KeepOptions, next: PublicSpanProcessor): PublicSpanProcessor {
  if (typeof (next as SpanProcessor | undefined)?.onEnd !== 'function') {
    const received = formatValue(next);
    throw new TraceError([{ code: 'wrong_type', path: 'next', expected: 'a span processor', received }]);
  }
  const { keep: resolved } = resolveSample(validateInitOptions({ sample: { keep } }).sample, undefined);
  const buffer = createObjectSpanBuffer(next, NEXT_PROCESSOR, { spanBytes: SDK_SPAN_BYTES });
  return new TailProcessor(createTailSampler(resolved, [buffer]), next);
}

class TailProcessor implements SpanProcessor {
  readonly #tailSampler: TailSampler;
  readonly #next: SpanProcessor;
  #shutdown: Promise<void> | undefined;

  constructor(tailSampler: TailSampler, next: SpanProcessor) {
    this.#tailSampler = tailSampler;
    this.#next = next;
  }

  onStart(span: Span, parent: Context): void {
    if (this.#shutdown !== undefined) return;
    this.#tailSampler.onStart(span);
    guarded(`onStart of ${NEXT_PROCESSOR}`, () => this.#next.onStart(span, parent), undefined);
  }

  onEnding(span: Span): void {
    if (this.#shutdown !== undefined) return;
    guarded(`onEnding of ${NEXT_PROCESSOR}`, () => this.#next.onEnding?.(span), undefined);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown === undefined) this.#tailSampler.onEnd(span, span);
  }

  /** Flushes the next processor. Traces that have not ended stay in the buffer. */
  async forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }

  /** Decides the buffered traces by the spans that have ended, and shuts the next processor down. */
  shutdown(): Promise<void> {
    this.#tailSampler.close();
    this.#shutdown ??= this.#close();
    return this.#shutdown;
  }

  /** Rejects if the next processor throws. */
  async #close(): Promise<void> {
    await this.#next.shutdown();
  }
}
