// The one span processor in front of all outputs. Redaction and the decision about the whole trace happen here once, for
// every exporter and every processor of the application.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Diagnostics } from '../core/diagnostics.js';
import { guarded } from '../core/guard.js';
import { createSpanView } from '../spans/span-view.js';
import { FaultReporter, MultiSpanProcessor } from '../engine/index.js';
import type { PipelineOutput } from './pipeline-output.js';
import type { TailSampler } from '../sampling/tail/tail-sampler.js';
import type { TraceOverrides } from '../sampling/trace-overrides.js';

/** The parts of a span pipeline. */
export interface SpanPipelineParts {
  readonly outputs: readonly PipelineOutput[];
  readonly overrides: TraceOverrides;
  /** Returns the span without its secrets, or the same object if it has none. */
  readonly redact: ((span: ReadableSpan) => ReadableSpan) | undefined;
  /** Decides when the local root has ended. Without it, spans reach the outputs when they end. */
  readonly tail?: TailSampler | undefined;
  readonly diagnostics: Diagnostics;
}

/** Passes every ended span to the outputs that receive it. */
export class SpanPipeline implements SpanProcessor {
  readonly #overrides: TraceOverrides;
  readonly #redact: SpanPipelineParts['redact'];
  readonly #tail: TailSampler | undefined;
  readonly #allOutputs: MultiSpanProcessor;
  readonly #everySpanOutputs: MultiSpanProcessor;
  readonly #keptSpanOutputs: MultiSpanProcessor;

  constructor({ outputs, overrides, redact, tail, diagnostics }: SpanPipelineParts) {
    const faults = new FaultReporter(diagnostics);
    const combine = (selected: readonly PipelineOutput[]): MultiSpanProcessor =>
      new MultiSpanProcessor(
        selected.map(({ processor }) => processor),
        faults,
      );
    this.#overrides = overrides;
    this.#redact = redact;
    this.#tail = tail;
    this.#allOutputs = combine(outputs);
    this.#everySpanOutputs = combine(outputs.filter(({ sees }) => sees === 'every'));
    this.#keptSpanOutputs = combine(outputs.filter(({ sees }) => sees === 'kept'));
  }

  onStart(span: Span, parent: Context): void {
    this.#tail?.onStart(span);
    this.#allOutputs.onStart(span, parent);
  }

  onEnding(span: Span): void {
    this.#allOutputs.onEnding(span);
  }

  onEnd(span: ReadableSpan): void {
    const redact = this.#redact;
    const shown =
      redact === undefined
        ? span
        : (guarded('redaction', () => redact(span), undefined) ?? removeContent(span));
    this.#everySpanOutputs.onEnd(shown);
    if (this.#tail !== undefined) return this.#tail.onEnd(span, shown);
    if (this.#overrides.get(span.spanContext().traceId) !== 'drop') this.#keptSpanOutputs.onEnd(shown);
  }

  /** For callers of the provider. The life cycle flushes each output separately, within a limit. */
  forceFlush(): Promise<void> {
    return this.#allOutputs.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#allOutputs.shutdown();
  }
}

/** Replaces a span whose redaction failed: its secrets must not leave, and its trace must keep its shape. */
function removeContent(span: ReadableSpan): ReadableSpan {
  const { code } = span.status;
  return createSpanView(span, {
    name: '[redaction failed]',
    attributes: {},
    events: [],
    links: [],
    status: { code },
  });
}
