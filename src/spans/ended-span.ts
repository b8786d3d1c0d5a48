// The types of the `onSpanEnd` option.

import type { Attributes, HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';

/** An event of an ended span. OpenTelemetry's `TimedEvent` has the same members. */
export interface EndedSpanEvent {
  name: string;
  time: HrTime;
  attributes?: Attributes;
  droppedAttributesCount?: number;
}

/** An ended span that `onSpanEnd` may change. Other fields than `name`, `attributes`, `status`, `events` and `links` are read-only. */
export interface EndedSpan {
  name: string;
  attributes: Attributes;
  status: SpanStatus;
  events: EndedSpanEvent[];
  links: Link[];
  readonly kind: SpanKind;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly scopeName: string;
  spanContext(): SpanContext;
}

/** The `onSpanEnd` option. `false` drops the span. */
export type OnSpanEnd = (span: EndedSpan) => false | void;
