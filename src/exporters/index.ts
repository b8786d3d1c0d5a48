// The entry `@do/trace/exporters`.

export type { Check, CheckStatus } from '../core/check.js';
export type { Logger } from '../core/diagnostics.js';
export type {
  ExportResult,
  InstrumentationScope,
  ReadableSpan,
  Resource,
  SpanEvent,
  SpanExporter,
  SpanProcessor,
  StartedSpan,
} from '../core/sdk-types.js';
export type { DroppedSpans, DropReason, ExporterStats } from '../delivery/stats.js';
export { type ConsoleTreeOptions, consoleTree, type TextStream } from './console-tree.js';
export { type DatadogOptions, datadog } from './datadog.js';
export { type ElasticOptions, elastic } from './elastic.js';
export type {
  DeliverOptions,
  DeliveryOptions,
  Exporter,
  ExporterContext,
  ExporterLog,
  FlushOptions,
  RequestHeaders,
  SpanIds,
  SpoolOptions,
  StartedExporter,
  TlsOptions,
} from './exporter.js';
export { type GrafanaOptions, grafana } from './grafana.js';
export { type HoneycombOptions, honeycomb } from './honeycomb.js';
export { type JaegerOptions, jaeger } from './jaeger.js';
export { type FileOptions, file } from './file.js';
export { type MemoryExporter, type MemoryOptions, memory } from './memory.js';
export { type NewRelicOptions, newRelic } from './new-relic.js';
export { only, type SpanPredicate } from './only.js';
export { type OtlpOptions, otlp } from './otlp.js';
export { prometheus } from './prometheus/exporter.js';
export type { PrometheusOptions, PrometheusPush } from './prometheus/options.js';
