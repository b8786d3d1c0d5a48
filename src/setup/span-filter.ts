// The `onSpanEnd` option: the application changes or drops each ended span before it is redacted and encoded.

import type { Context, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { getSpan } from '../context/index.js';
import { reportFault } from '../core/guard.js';
import { normaliseAttributes } from '../spans/attributes.js';
import type { EndedSpan, OnSpanEnd } from '../spans/ended-span.js';
import { copyAttributes, createSpanView } from '../spans/span-view.js';

/** The counts of dropped spans. */
export interface SpanFilterCounts {
  /** Spans that `onSpanEnd` dropped. */
  readonly filtered: number;
  /** Spans that `onSpanEnd` would have dropped, but whose children or callees are exported. */
  readonly filterRefused: number;
}

/** Applies `onSpanEnd`. No method throws. */
export class SpanFilter {
  readonly #onSpanEnd: OnSpanEnd;
  /** Spans with a recorded local child, or whose context was injected: without them, a trace would fall apart. */
  readonly #referenced = new WeakSet<object>();
  #filtered = 0;
  #filterRefused = 0;

  constructor(onSpanEnd: OnSpanEnd) {
    this.#onSpanEnd = onSpanEnd;
  }

  /** Takes the context in which a recorded span has started. */
  onStart(parent: Context): void {
    this.#reference(parent);
  }

  /** Takes a context that is injected into a carrier. */
  onInject(context: Context): void {
    this.#reference(context);
  }

  /**
   * Calls `onSpanEnd`.
   *
   * @param span the ended span
   * @returns the span with the changes, the same span if there are none, or undefined if it is dropped
   */
  apply(span: ReadableSpan): ReadableSpan | undefined {
    try {
      const view = createEndedSpan(span);
      const result: unknown = this.#onSpanEnd(view);
      if (result === false) {
        if (!this.#referenced.has(span)) {
          this.#filtered++;
          return undefined;
        }
        this.#filterRefused++;
      }
      if (result instanceof Promise) result.catch((error: unknown) => reportFault('onSpanEnd', error));
      return createSpanView(span, {
        name: typeof view.name === 'string' ? view.name : span.name,
        attributes: normaliseAttributes(view.attributes),
        status: isStatus(view.status) ? view.status : span.status,
        events: Array.isArray(view.events) ? view.events : span.events,
        links: Array.isArray(view.links) ? view.links : span.links,
      });
    } catch (error) {
      // The callback of the application failed. The span is exported without its changes.
      reportFault('onSpanEnd', error);
      return span;
    }
  }

  counts(): SpanFilterCounts {
    return { filtered: this.#filtered, filterRefused: this.#filterRefused };
  }

  #reference(context: Context): void {
    const span = getSpan(context);
    if (span !== undefined) this.#referenced.add(span);
  }
}

function createEndedSpan(span: ReadableSpan): EndedSpan {
  const { parentSpanContext } = span;
  return {
    name: span.name,
    attributes: copyAttributes(span.attributes),
    status: { ...span.status },
    events: span.events.map(event => ({ ...event })),
    links: span.links.map(link => ({ ...link })),
    kind: span.kind,
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ...(parentSpanContext === undefined ? {} : { parentSpanContext }),
    scopeName: span.instrumentationScope.name,
    spanContext: () => span.spanContext(),
  };
}

function isStatus(value: unknown): value is SpanStatus {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'number';
}
