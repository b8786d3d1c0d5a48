// Spans that record nothing but carry the trace on: not sampled, suppressed, or what is left of an ended one.
//
// A span that is not sampled is this one object; its ids are made when somebody asks for them, which in a process
// without outgoing calls is never.

import { INVALID_SPAN_CONTEXT, type Span as ApiSpan, type SpanContext } from '@opentelemetry/api';
import type { TracerSharedState } from './tracer-shared-state.js';
import type { FaultReporter } from './fault-reporter.js';
import { RANDOM_FLAG } from './id-source.js';
import { LocalTrace } from './local-trace.js';

/**
 * A span that records nothing.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/api/#wrapping-a-spancontext-in-a-span}
 */
export class NonRecordingSpan implements ApiSpan, Disposable {
  #context: SpanContext | undefined;
  /** Set on spans that a tracer made and did not sample. */
  readonly #engine: TracerSharedState | undefined;
  /** Where the trace id comes from while there is no context: the parent's, the first span's, or nowhere (new). */
  readonly #from: SpanContext | NonRecordingSpan | undefined;
  #trace: LocalTrace | undefined;
  /** Set on what stands in the place of an ended span: late calls are counted there. */
  readonly #ended: FaultReporter | undefined;

  private constructor(
    context: SpanContext | undefined,
    engine: TracerSharedState | undefined,
    from: SpanContext | NonRecordingSpan | undefined,
    trace: LocalTrace | undefined,
    ended: FaultReporter | undefined,
  ) {
    this.#context = context;
    this.#engine = engine;
    this.#from = from;
    this.#trace = trace;
    this.#ended = ended;
  }

  /** A span around a given context. */
  static wrap(context: SpanContext): NonRecordingSpan {
    return new NonRecordingSpan(context, undefined, undefined, undefined, undefined);
  }

  /** A span that was not sampled, with its context or with what its context will be made from. */
  static unsampled(
    engine: TracerSharedState,
    from: SpanContext | NonRecordingSpan | undefined,
    context: SpanContext | undefined,
  ): NonRecordingSpan {
    return new NonRecordingSpan(context, engine, from, undefined, undefined);
  }

  /** What is left of an ended span in a context that outlives it: the ids and the trace's clock, none of its data. */
  static ended(context: SpanContext, trace: LocalTrace, faults: FaultReporter): NonRecordingSpan {
    return new NonRecordingSpan(context, undefined, undefined, trace, faults);
  }

  /** Whether a tracer made this span and did not sample it: its ids are valid, and its flags say "not sampled". */
  get isUnsampled(): boolean {
    return this.#engine !== undefined;
  }

  /** The first span of this process in the trace. */
  get localRoot(): ApiSpan | undefined {
    const trace = this.#trace;
    if (trace?.endedLocalRoot !== undefined) return NonRecordingSpan.wrap(trace.endedLocalRoot);
    return trace?.localRoot ?? this.unsampledRoot;
  }

  /** The unsampled span from which the trace id of the spans below comes. */
  get unsampledRoot(): NonRecordingSpan {
    return this.#from instanceof NonRecordingSpan ? this.#from : this;
  }

  /** The clock for recorded spans below this one. */
  getLocalTrace(engine: TracerSharedState, monotonicMs: number): LocalTrace {
    if (this.#trace === undefined) {
      this.#trace = new LocalTrace(engine.anchor, monotonicMs);
      if (this.isUnsampled) this.#trace.setLocalRoot(this.unsampledRoot);
    }
    return this.#trace;
  }

  spanContext(): SpanContext {
    this.#context ??= this.#makeContext();
    return this.#context;
  }

  #makeContext(): SpanContext {
    const engine = this.#engine;
    if (engine === undefined) return INVALID_SPAN_CONTEXT;
    const { ids } = engine;
    const spanId = ids.generateSpanId();
    const from = this.#from instanceof NonRecordingSpan ? this.#from.spanContext() : this.#from;
    return {
      traceId: from === undefined ? ids.generateTraceId() : from.traceId,
      spanId,
      traceFlags: from === undefined ? ids.rootFlags : from.traceFlags & RANDOM_FLAG,
      traceState: from?.traceState,
    } as SpanContext;
  }

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this.#ignored('setAttribute');
  }

  setAttributes(): this {
    return this.#ignored('setAttributes');
  }

  addEvent(): this {
    return this.#ignored('addEvent');
  }

  addLink(): this {
    return this.#ignored('addLink');
  }

  addLinks(): this {
    return this.#ignored('addLinks');
  }

  setStatus(): this {
    return this.#ignored('setStatus');
  }

  updateName(): this {
    return this.#ignored('updateName');
  }

  recordException(): void {
    this.#ignored('recordException');
  }

  end(): void {
    this.#ignored('end');
  }

  [Symbol.dispose](): void {
    this.end();
  }

  #ignored(method: string): this {
    this.#ended?.reportLateCall(method, this.spanContext().spanId);
    return this;
  }
}
