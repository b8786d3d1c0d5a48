// The entry `@do/trace`.

export type { Check, CheckReport, CheckStatus } from './core/check.js';
export { type SpanContext, SpanKind, SpanStatusCode } from '@opentelemetry/api';
export type { Attributes, AttributeValue, Context, Link, Span, Tracer } from '@opentelemetry/api';
export type { ActiveConfig, InitOptions, LogLevel, ServiceOptions } from './config/index.js';
export type { Logger } from './core/diagnostics.js';
export { isTraceError, type OptionProblem, TraceError } from './core/errors.js';
export type { OptionProblemCode } from './core/problem-codes.js';
export type { DeliveryStats, DroppedSpans, DropReason, ExporterStats } from './delivery/stats.js';
export type { Exporter } from './exporters/exporter.js';
export type { TraceHandle } from './setup/handle.js';
export { init } from './setup/init.js';
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
