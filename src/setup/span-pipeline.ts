// The one span processor in front of all outputs. `onSpanEnd`, redaction and the decision about the whole trace happen here
// once, for every exporter and every processor of the application:
//
//   onEnding of processors -> onSpanEnd -> redaction -> onEnd of processors -> redaction -> exporters
//
// The second redaction runs only if processors are configured, because their `onEnd` may write to the span. A span of this package
// is changed in place: `onEnd` receives the object that `onStart` received.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Diagnostics } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import { FaultReporter, MultiSpanProcessor, replaceContent } from '../engine/index.js';
import type { BufferedTraces } from '../sampling/buffered-trace-sampler.js';
import type { TailSampler } from '../sampling/tail/tail-sampler.js';
import type { TraceOverrides } from '../sampling/trace-overrides.js';
import type { PipelineOutput } from './pipeline-output.js';
import { createSpanView } from '../spans/span-view.js';
import { createSafeRedaction, type Redact } from './redact-span.js';
import type { SpanFilter } from './span-filter.js';

/** The parts of a span pipeline. */
export interface SpanPipelineParts {
  readonly outputs: readonly PipelineOutput[];
  readonly overrides: TraceOverrides;
  /** Undefined for no redaction. */
  readonly redact: Redact | undefined;
  /** Decides when the local root has ended. Without it, spans reach the outputs when they end. */
  readonly tail?: TailSampler | undefined;
  /** Applies `onSpanEnd`. */
  readonly filter?: SpanFilter | undefined;
  readonly diagnostics: Diagnostics;
}

/** Passes every ended span to the outputs that receive it. */
export class SpanPipeline implements SpanProcessor {
  readonly #overrides: TraceOverrides;
  readonly #redact: Redact;
  readonly #filter: SpanFilter | undefined;
  readonly #outputs: readonly PipelineOutput[];
  readonly #allOutputs: MultiSpanProcessor;
  readonly #everySpanOutputs: MultiSpanProcessor;
  readonly #keptSpanProcessors: MultiSpanProcessor | undefined;
  readonly #keptSpanExporters: MultiSpanProcessor;
  #tail: TailSampler | undefined;
  /** Tail samplers of earlier `sample` options, which decide about the traces that they have buffered. */
  #retiredTails: readonly TailSampler[] = [];
  #isClosed = false;

  constructor({ outputs, overrides, redact, tail, filter, diagnostics }: SpanPipelineParts) {
    const faults = new FaultReporter(diagnostics);
    const combine = (selected: readonly PipelineOutput[]): MultiSpanProcessor =>
      new MultiSpanProcessor(
        selected.map(({ processor }) => processor),
        faults,
      );
    const kept = outputs.filter(({ sees }) => sees === 'kept');
    const processors = kept.filter(({ isExporter }) => !isExporter);
    this.#overrides = overrides;
    this.#redact = redact === undefined ? span => span : createSafeRedaction(redact);
    this.#filter = filter;
    this.#outputs = outputs;
    this.#tail = tail;
    this.#allOutputs = combine(outputs);
    this.#everySpanOutputs = combine(outputs.filter(({ sees }) => sees === 'every'));
    this.#keptSpanProcessors = processors.length === 0 ? undefined : combine(processors);
    this.#keptSpanExporters = combine(kept.filter(({ isExporter }) => isExporter));
  }

  onStart(span: Span, parent: Context): void {
    this.#filter?.onStart(parent);
    this.tailOf(span)?.onStart(span);
    this.#allOutputs.onStart(span, parent);
  }

  onEnding(span: Span): void {
    this.#allOutputs.onEnding(span);
  }

  onEnd(span: ReadableSpan): void {
    const successor = globalState.pipeline;
    if (this.#isClosed && successor !== undefined && successor !== this) return successor.onEnd(span);
    const changed = this.#filter === undefined ? span : this.#filter.apply(span);
    if (changed === undefined) return this.#onFiltered(span);
    const tail = this.tailOf(span);
    const view = this.#redact(changed);
    // The rules of the tail sampler see the values before the redaction, which replaces them in the span.
    const original =
      tail !== undefined && changed === span && view !== span ? createSpanView(span, {}) : changed;
    const redacted = replaceContent(span, view);
    this.#everySpanOutputs.onEnd(redacted);
    if (tail !== undefined) return tail.onEnd(original, redacted);
    if (this.#overrides.get(span.spanContext().traceId) === 'drop') return this.#onDropped(redacted);
    if (this.#keptSpanProcessors === undefined) return this.#keptSpanExporters.onEnd(redacted);
    this.#keptSpanProcessors.onEnd(redacted);
    this.#keptSpanExporters.onEnd(replaceContent(redacted, this.#redact(redacted)));
  }

  /** Replaces the tail sampler. Traces that have started remain with the earlier one. */
  setTailSampler(tail: TailSampler | undefined): void {
    if (this.#tail !== undefined) this.#retiredTails = [...this.#retiredTails, this.#tail];
    this.#tail = tail;
  }

  /** The traces that earlier tail samplers decide about. */
  get retiredTraces(): BufferedTraces {
    const tails = (): readonly TailSampler[] => this.#retiredTails;
    return {
      get isEmpty() {
        return tails().length === 0;
      },
      has: traceId => tails().some(tail => tail.holds(traceId)),
    };
  }

  /** Decides all buffered traces. */
  closeTails(): void {
    for (const tail of this.#retiredTails) tail.close();
    this.#tail?.close();
  }

  /** Whether no trace is buffered. */
  get hasNoBufferedTraces(): boolean {
    return (this.#tail?.isEmpty ?? true) && this.#retiredTails.every(({ isEmpty }) => isEmpty);
  }

  /** The tail sampler in force. */
  get tail(): TailSampler | undefined {
    return this.#tail;
  }

  /** The tail sampler that decides about the trace of a span: an earlier one, if it has buffered the trace. */
  tailOf(span: Pick<ReadableSpan, 'spanContext'>): TailSampler | undefined {
    if (this.#retiredTails.length === 0) return this.#tail;
    const { traceId } = span.spanContext();
    this.#retiredTails = this.#retiredTails.filter(tail => !tail.isDone);
    return this.#retiredTails.find(tail => tail.holds(traceId)) ?? this.#tail;
  }

  /** Passes further spans to the pipeline of the next `init()`, as soon as there is one. */
  close(): void {
    this.#isClosed = true;
  }

  /** For callers of the provider. The life cycle flushes each output separately, within a limit. */
  forceFlush(): Promise<void> {
    return this.#allOutputs.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#allOutputs.shutdown();
  }

  /** A filtered span still ends its trace. */
  #onFiltered(span: ReadableSpan): void {
    this.tailOf(span)?.onEnd(span, undefined);
    for (const output of this.#outputs) output.leaveOut?.(span);
  }

  /** A span of a trace that the application dropped: `unsampled` in the statistics, as with a tail sampler. */
  #onDropped(span: ReadableSpan): void {
    for (const { sees, buffer } of this.#outputs) if (sees === 'kept') buffer.skip(span);
  }
}
