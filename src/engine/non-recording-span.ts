// Spans that record nothing but continue a trace: not sampled, suppressed, or the remainder of an ended span.
//
// An unsampled span is only this object. Its ids are generated on first use, which never happens in a process without
// outgoing calls.

import { INVALID_SPAN_CONTEXT, type Span as ApiSpan, type SpanContext } from '@opentelemetry/api';
import { defineDescription, describeContext } from './describe-span.js';
import type { FaultReporter } from './fault-reporter.js';
import { getRandomFlag } from '../spans/trace-flags.js';
import { LocalTrace } from './local-trace.js';
import type { TracerSharedState } from './tracer-shared-state.js';

/**
 * A span that records nothing.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/api/#wrapping-a-spancontext-in-a-span}
 */
export class NonRecordingSpan implements ApiSpan, Disposable {
  static {
    defineDescription(this, span => ({ spanContext: describeContext(span) }));
  }

  private _context: SpanContext | undefined;
  /** Set on spans that a tracer created and did not sample. */
  private readonly _shared: TracerSharedState | undefined;
  /** The source of the trace id before the context exists: the parent, the first unsampled span, or none (a new id). */
  private readonly _traceIdSource: SpanContext | NonRecordingSpan | undefined;
  private _trace: LocalTrace | undefined;
  /** Set on the replacement of an ended span. It counts the calls. */
  private readonly _faults: FaultReporter | undefined;

  private constructor(
    context: SpanContext | undefined,
    shared: TracerSharedState | undefined,
    traceIdSource: SpanContext | NonRecordingSpan | undefined,
    trace: LocalTrace | undefined,
    faults: FaultReporter | undefined,
  ) {
    this._context = context;
    this._shared = shared;
    this._traceIdSource = traceIdSource;
    this._trace = trace;
    this._faults = faults;
  }

  /** Creates a span with a given context. */
  static wrap(context: SpanContext): NonRecordingSpan {
    return new NonRecordingSpan(context, undefined, undefined, undefined, undefined);
  }

  /**
   * Creates an unsampled span.
   *
   * @param shared the state of the provider
   * @param traceIdSource the source of the trace id, if the context does not exist yet
   * @param context the context, if it exists already
   */
  static unsampled(
    shared: TracerSharedState,
    traceIdSource: SpanContext | NonRecordingSpan | undefined,
    context: SpanContext | undefined,
  ): NonRecordingSpan {
    return new NonRecordingSpan(context, shared, traceIdSource, undefined, undefined);
  }

  /**
   * Creates the replacement of an ended span in a context that lives longer. It has the ids and the clock of the trace, and
   * none of the span's data.
   */
  static ended(context: SpanContext, trace: LocalTrace, faults: FaultReporter): NonRecordingSpan {
    return new NonRecordingSpan(context, undefined, undefined, trace, faults);
  }

  /** Whether a tracer created this span and did not sample it. Its ids are valid, and its sampled flag is not set. */
  get isUnsampled(): boolean {
    return this._shared !== undefined;
  }

  /** The first span of this process in the trace. */
  get localRoot(): ApiSpan | undefined {
    const trace = this._trace;
    if (trace?.endedLocalRoot !== undefined) return NonRecordingSpan.wrap(trace.endedLocalRoot);
    return trace?.localRoot ?? this.unsampledRoot;
  }

  /** The first unsampled span above this one, which supplies the trace id of the spans below it. */
  get unsampledRoot(): NonRecordingSpan {
    return this._traceIdSource instanceof NonRecordingSpan ? this._traceIdSource : this;
  }

  /**
   * Returns the local trace for recorded spans below this one.
   *
   * @param shared the state of the provider
   * @param monotonicMs the monotonic clock in milliseconds
   */
  getLocalTrace(shared: TracerSharedState, monotonicMs: number): LocalTrace {
    if (this._trace === undefined) {
      this._trace = new LocalTrace(shared.anchor, monotonicMs);
      if (this.isUnsampled) this._trace.setLocalRoot(this.unsampledRoot);
    }
    return this._trace;
  }

  spanContext(): SpanContext {
    this._context ??= this._createContext();
    return this._context;
  }

  private _createContext(): SpanContext {
    const shared = this._shared;
    if (shared === undefined) return INVALID_SPAN_CONTEXT;
    const { ids } = shared;
    const spanId = ids.generateSpanId();
    const source =
      this._traceIdSource instanceof NonRecordingSpan
        ? this._traceIdSource.spanContext()
        : this._traceIdSource;
    return {
      traceId: source === undefined ? ids.generateTraceId() : source.traceId,
      spanId,
      traceFlags: source === undefined ? ids.rootFlags : getRandomFlag(source),
      traceState: source?.traceState,
    } as SpanContext;
  }

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this._ignoreCall('setAttribute');
  }

  setAttributes(): this {
    return this._ignoreCall('setAttributes');
  }

  addEvent(): this {
    return this._ignoreCall('addEvent');
  }

  addLink(): this {
    return this._ignoreCall('addLink');
  }

  addLinks(): this {
    return this._ignoreCall('addLinks');
  }

  setStatus(): this {
    return this._ignoreCall('setStatus');
  }

  updateName(): this {
    return this._ignoreCall('updateName');
  }

  recordException(): void {
    this._ignoreCall('recordException');
  }

  end(): void {
    this._ignoreCall('end');
  }

  [Symbol.dispose](): void {
    this.end();
  }

  private _ignoreCall(method: string): this {
    this._faults?.reportLateCall(method, this.spanContext().spanId);
    return this;
  }
}
