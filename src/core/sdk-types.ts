// The types of OpenTelemetry's SDK, as far as they appear in the public types of this package. They are interfaces with the
// members that this package or its users read. The classes of SDK 1.30, 2.x and 3.x fit them, and an application needs no SDK
// package of a certain version to compile: test/types/sdk-types.test-d.ts.

import type {
  Attributes,
  Context,
  HrTime,
  Link,
  MeterProvider,
  Span,
  SpanContext,
  SpanKind,
  SpanStatus,
  TracerProvider,
  TraceState,
} from '@opentelemetry/api';

/** The attributes of the process. A `Resource` of OpenTelemetry fits. */
export interface Resource {
  readonly attributes: Readonly<Attributes>;
}

/** The library that created a span. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
}

/** An event of a span. */
export interface SpanEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes?: Attributes | undefined;
  /** Attributes over the limit, which were left out. */
  readonly droppedAttributesCount?: number | undefined;
}

/** A span that can be read, usually one that has ended. A `ReadableSpan` of OpenTelemetry fits. */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly Link[];
  readonly resource: Resource;
  /** Absent from a root span, and from spans of SDK 1.30. */
  readonly parentSpanContext?: SpanContext | undefined;
  /** Absent from spans of SDK 1.30. */
  readonly instrumentationScope?: InstrumentationScope | undefined;
  /** Attributes, events and links over their limits, which were left out. */
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  spanContext(): SpanContext;
}

/** A span that has started, for processors. */
export type StartedSpan = Span & ReadableSpan;

/** Receives spans. A `SpanProcessor` of OpenTelemetry fits. */
export interface SpanProcessor {
  /** Called at the start of a span, inside the call that starts it. */
  onStart(span: StartedSpan, parentContext: Context): void;
  /** Called at the end of a span, when it can still be changed. */
  onEnding?(span: StartedSpan): void;
  /** Called at the end of a span, inside `span.end()`. */
  onEnd(span: ReadableSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The result of an export: `code` 0 for success, 1 for failure. */
export interface ExportResult {
  readonly code: number;
  readonly error?: Error | undefined;
}

/** Sends batches of spans. A `SpanExporter` of OpenTelemetry fits. */
export interface SpanExporter {
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A sampling decision: 0 for not recorded, 1 for recorded, 2 for recorded and sampled. */
export interface SamplingResult {
  readonly decision: number;
  readonly attributes?: Readonly<Attributes>;
  readonly traceState?: TraceState;
}

/** Decides about a span at its start. A `Sampler` of OpenTelemetry fits. */
export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  toString(): string;
}

/** Limits on the contents of a span: counts, and UTF-16 units for the length. `Infinity` lifts a limit. */
export interface SpanLimits {
  readonly attributeValueLengthLimit?: number | undefined;
  readonly attributeCountLimit?: number | undefined;
  readonly linkCountLimit?: number | undefined;
  readonly eventCountLimit?: number | undefined;
  readonly attributePerEventCountLimit?: number | undefined;
  readonly attributePerLinkCountLimit?: number | undefined;
}

/** Creates spans for a library. An `Instrumentation` of OpenTelemetry fits. */
export interface Instrumentation {
  readonly instrumentationName: string;
  enable(): void;
  disable(): void;
  setTracerProvider(provider: TracerProvider): void;
  setMeterProvider?(provider: MeterProvider): void;
}
