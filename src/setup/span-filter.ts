// The `onSpanEnd` option: the application changes or drops each ended span before it is redacted and encoded.

import { type Context, context } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { getSpan } from '../context/index.js';
import { catchRejection } from '../core/catch-rejection.js';
import { globalState } from '../core/global-state.js';
import { reportFault } from '../core/guard.js';
import { suppressTracing } from '../core/suppression.js';
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
  onInject(injected: Context): void {
    this.#reference(injected);
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
      const result = this.#call(view);
      if (result === false) {
        if (!this.#referenced.has(span)) {
          this.#filtered++;
          return undefined;
        }
        this.#filterRefused++;
      }
      if (result instanceof Promise) {
        catchRejection(result, error => reportFault('onSpanEnd', error));
        reportUnusable('returned a promise');
      }
      return createSpanView(span, {
        name: accept('name', isString, view, span),
        attributes: normaliseAttributes(accept('attributes', isObject, view, span), reportDropped),
        status: accept('status', isStatus, view, span),
        events: accept('events', Array.isArray, view, span),
        links: accept('links', Array.isArray, view, span),
      });
    } catch (error) {
      // The callback of the application failed. The span is exported without its changes.
      reportFault('onSpanEnd', error);
      return span;
    }
  }

  /** Without spans of its own, because the callback would be called for them, too. */
  #call(view: EndedSpan): unknown {
    return context.with(suppressTracing(context.active()), () => this.#onSpanEnd(view));
  }

  counts(): SpanFilterCounts {
    return { filtered: this.#filtered, filterRefused: this.#filterRefused };
  }

  #reference(parent: Context): void {
    const span = getSpan(parent);
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

/** Returns the field of the view, or that of the span if the callback has set it to a value that cannot be used. */
function accept<K extends 'name' | 'attributes' | 'status' | 'events' | 'links'>(
  field: K,
  isValid: (value: unknown) => boolean,
  view: EndedSpan,
  span: ReadableSpan,
): ReadableSpan[K] {
  const value = view[field] as ReadableSpan[K];
  if (isValid(value)) return value;
  reportUnusable(`set ${field} of the span to a value of a wrong type`);
  return span[field];
}

function reportDropped(key: string): void {
  reportUnusable(`set the attribute ${JSON.stringify(key)} to a value that cannot be recorded`);
}

/** Reports the first result or change that cannot be used. */
function reportUnusable(what: string): void {
  globalState.diagnostics.reportOnce('onSpanEnd:unusable', 'warn', {
    code: 'callback_failed',
    message: `onSpanEnd ${what}, which is ignored; the span is exported`,
    fix: 'Change the span before the callback returns, and return false to drop it.',
    source: 'onSpanEnd',
  });
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isStatus(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'number';
}
