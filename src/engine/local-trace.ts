// What the spans of one trace share within this process: the clock's offset and the first span.

import type { Span as ApiSpan, SpanContext } from '@opentelemetry/api';
import type { WallClockAnchor, ClockOffset } from './trace-clock.js';

/** One trace, as far as it runs in this process. */
export class LocalTrace implements ClockOffset {
  readonly offsetSeconds: number;
  readonly offsetNanos: number;
  #root: ApiSpan | undefined;
  #endedRoot: SpanContext | undefined;

  /** @param monotonicMs when the first span starts */
  constructor(anchor: WallClockAnchor, monotonicMs: number) {
    anchor.followWallClock(monotonicMs);
    this.offsetSeconds = anchor.offsetSeconds;
    this.offsetNanos = anchor.offsetNanos;
    this.#root = undefined;
    this.#endedRoot = undefined;
  }

  /** The first span of this process in the trace, until it has ended. */
  get localRoot(): ApiSpan | undefined {
    return this.#root;
  }

  /** The ids of the first span, once it has ended. */
  get endedLocalRoot(): SpanContext | undefined {
    return this.#endedRoot;
  }

  /** Notes the first span. */
  setLocalRoot(root: ApiSpan): void {
    this.#root = root;
  }

  /** Lets go of a span that ends, so that the trace does not keep it alive; its ids stay. */
  releaseLocalRoot(span: ApiSpan, ids: SpanContext): void {
    if (this.#root !== span) return;
    this.#root = undefined;
    this.#endedRoot = ids;
  }
}
