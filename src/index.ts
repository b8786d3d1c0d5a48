// The entry `@do/trace`.

export type { Check, CheckReport, CheckStatus } from './core/check.js';
export { type SpanContext, SpanKind, SpanStatusCode } from '@opentelemetry/api';
export type { Attributes, AttributeValue, Context, Link, Span, Tracer } from '@opentelemetry/api';
export type {
  ActiveConfig,
  ExporterOption,
  InitOptions,
  LimitsOptions,
  LogLevel,
  ProcessorOption,
  ResourceOptions,
  ServiceOptions,
} from './config/index.js';
export type { Logger } from './core/diagnostics.js';
export { isTraceError, type OptionProblem, TraceError } from './core/errors.js';
export type { OptionProblemCode } from './core/problem-codes.js';
export type { DeliveryStats, DroppedSpans, DropReason, ExporterStats } from './delivery/stats.js';
export type { DeliveryOptions, Exporter, SpoolOptions } from './exporters/exporter.js';
export type { FetchInstrumentOptions, HttpInstrumentOptions, InstrumentRecord } from './instrument/types.js';
export type { PropagateOptions } from './propagation/types.js';
export type { RedactOptions } from './redact/options.js';
export type {
  KeepOptions,
  SampleFunction,
  SampleOption,
  SampleOptions,
  SampleRule,
  SpanMatch,
} from './sampling/options.js';
export type { TraceHandle } from './setup/handle.js';
export { init } from './setup/init.js';
export type { UpdateOptions } from './setup/update.js';
export { noopTrace } from './span/noop-trace.js';
export { trace } from './span/trace.js';
export type { TraceApi } from './span/trace-api.js';
export type {
  ActiveIds,
  AttributeInput,
  AttributesInput,
  Carrier,
  ContinueOptions,
  LinkInput,
  ParentInput,
  RecordErrorOptions,
  SpanKindName,
  SpanOptions,
  TimeInput,
  TimeLimit,
  Traced,
  TracedDecorator,
  TracedOptions,
  TraceIds,
  WrapAllOptions,
  WrapOptions,
} from './span/types.js';
export type { EndedSpan, OnSpanEnd } from './spans/ended-span.js';
