// Where ended spans leave: one processor in front of all lines. What is said about a whole trace, and what must not be
// shown, is settled here once for every exporter and every processor of the user's.

import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Diagnostics } from '../core/diagnostics.js';
import { guarded } from '../core/guard.js';
import { viewOf } from '../spans/span-view.js';
import { Faults, Processors } from '../engine/index.js';
import type { PipelineOutput } from './pipeline-output.js';
import type { TailSampler } from '../sampling/tail/tail-sampler.js';
import type { TraceOverrides } from '../sampling/trace-overrides.js';

/** What an outlet is made of. */
export interface SpanPipelineParts {
  readonly lines: readonly PipelineOutput[];
  readonly verdicts: TraceOverrides;
  /** Answers the span without its secrets; the very same object where there are none. */
  readonly redact: ((span: ReadableSpan) => ReadableSpan) | undefined;
  /** Decides at a trace's end; without it the spans of a trace leave as they end. */
  readonly tail?: TailSampler | undefined;
  readonly diagnostics: Diagnostics;
}

/** Takes every ended span, and passes it on to whoever shall see it. */
export class SpanPipeline implements SpanProcessor {
  readonly #verdicts: TraceOverrides;
  readonly #redact: SpanPipelineParts['redact'];
  readonly #tail: TailSampler | undefined;
  readonly #all: Processors;
  readonly #every: Processors;
  readonly #kept: Processors;

  constructor({ lines, verdicts, redact, tail, diagnostics }: SpanPipelineParts) {
    const faults = new Faults(diagnostics);
    const those = (which: readonly PipelineOutput[]): Processors =>
      new Processors(
        which.map(line => line.processor),
        faults,
      );
    this.#verdicts = verdicts;
    this.#redact = redact;
    this.#tail = tail;
    this.#all = those(lines);
    this.#every = those(lines.filter(line => line.sees === 'every'));
    this.#kept = those(lines.filter(line => line.sees === 'kept'));
  }

  onStart(span: Span, parent: Context): void {
    this.#tail?.onStart(span);
    this.#all.onStart(span, parent);
  }

  onEnding(span: Span): void {
    this.#all.onEnding(span);
  }

  onEnd(span: ReadableSpan): void {
    const redact = this.#redact;
    const shown =
      redact === undefined ? span : (guarded('redaction', () => redact(span), undefined) ?? bareSpan(span));
    this.#every.onEnd(shown);
    if (this.#tail !== undefined) return this.#tail.onEnd(span, shown);
    if (this.#verdicts.get(span.spanContext().traceId) !== 'drop') this.#kept.onEnd(shown);
  }

  /** Lines are flushed one by one, each within a limit: by the runtime. This is for whoever asks the provider. */
  forceFlush(): Promise<void> {
    return this.#all.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#all.shutdown();
  }
}

/** What was to be hidden must not leave because the hiding failed; without the span its trace would fall apart. */
function bareSpan(span: ReadableSpan): ReadableSpan {
  const { code } = span.status;
  return viewOf(span, {
    name: '[redaction failed]',
    attributes: {},
    events: [],
    links: [],
    status: { code },
  });
}
