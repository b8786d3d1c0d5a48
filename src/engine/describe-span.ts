// What `console.log(span)` and `JSON.stringify(span)` show: the fields of OpenTelemetry's span, without the state of the engine.

import type { InspectOptions } from 'node:util';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** The name of the method that `util.inspect` calls. */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** The fields that a span shows. */
export type SpanDescription = Readonly<Record<string, unknown>>;

/**
 * Describes a recording span.
 *
 * @param span the span, or a redacted view of it
 */
export function describeSpan(span: ReadableSpan): SpanDescription {
  return {
    name: span.name,
    kind: span.kind,
    spanContext: describeContext(span),
    parentSpanContext: span.parentSpanContext,
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: span.status,
    attributes: span.attributes,
    events: span.events,
    links: span.links,
    resource: { attributes: span.resource.attributes },
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

/** The ids of a span, with the tracestate as text. */
export function describeContext(span: Pick<ReadableSpan, 'spanContext'>): SpanDescription {
  const { traceId, spanId, traceFlags, traceState, isRemote } = span.spanContext();
  return {
    traceId,
    spanId,
    traceFlags,
    ...(traceState === undefined ? {} : { traceState: traceState.serialize() }),
    ...(isRemote === undefined ? {} : { isRemote }),
  };
}

type Inspect = (value: unknown, options: InspectOptions) => string;

/**
 * Defines what `JSON.stringify`, `util.inspect` and `console.log` show of the spans of a class.
 *
 * @param spanClass the class
 * @param describe describes a span, without secrets
 */
export function defineDescription<T extends object>(
  spanClass: { readonly name: string; readonly prototype: T },
  describe: (span: T) => SpanDescription,
): void {
  const { name, prototype } = spanClass;
  const methods = {
    toJSON(this: T): SpanDescription {
      return describe(this);
    },
    [INSPECT](this: T, _depth: number, options: InspectOptions, inspect: Inspect): string {
      return `${name} ${inspect(describe(this), options)}`;
    },
  };
  for (const key of Reflect.ownKeys(methods)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(methods, key) as PropertyDescriptor;
    Object.defineProperty(prototype, key, { ...descriptor, enumerable: false });
  }
}
