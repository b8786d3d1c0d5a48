// The state that the spans of one trace share in this process: the clock offset and the local root.

import type { Span as ApiSpan, SpanContext } from '@opentelemetry/api';
import type { ClockOffset, WallClockAnchor } from './trace-clock.js';

/** The part of one trace that runs in this process. */
export class LocalTrace implements ClockOffset {
  readonly offsetSeconds: number;
  readonly offsetNanos: number;
  #localRoot: ApiSpan | undefined;
  #endedLocalRoot: SpanContext | undefined;
  #hasEndedSpan: boolean;

  /**
   * @param anchor supplies the clock offset
   * @param monotonicMs the monotonic clock at the start of the first span, in milliseconds
   */
  constructor(anchor: WallClockAnchor, monotonicMs: number) {
    anchor.followWallClock(monotonicMs);
    this.offsetSeconds = anchor.offsetSeconds;
    this.offsetNanos = anchor.offsetNanos;
    this.#localRoot = undefined;
    this.#endedLocalRoot = undefined;
    this.#hasEndedSpan = false;
  }

  /** The local root, until it ends. */
  get localRoot(): ApiSpan | undefined {
    return this.#localRoot;
  }

  /** The context of the local root, after its end. */
  get endedLocalRoot(): SpanContext | undefined {
    return this.#endedLocalRoot;
  }

  /** Whether a span of this trace has ended, and may have been exported. */
  get hasEndedSpan(): boolean {
    return this.#hasEndedSpan;
  }

  /** Sets the local root. */
  setLocalRoot(span: ApiSpan): void {
    this.#localRoot = span;
  }

  /** Records the end of a span. A local root is removed, so that the trace does not keep it alive. Its ids remain. */
  onSpanEnd(span: ApiSpan, spanContext: SpanContext): void {
    this.#hasEndedSpan = true;
    if (this.#localRoot !== span) return;
    this.#localRoot = undefined;
    this.#endedLocalRoot = spanContext;
  }
}
