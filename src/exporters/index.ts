// The entry `@do/trace/exporters`.

export type { Check } from '../core/check.js';
export { type ConsoleTreeOptions, consoleTree } from './console-tree.js';
export { type DatadogOptions, datadog } from './datadog.js';
export { type ElasticOptions, elastic } from './elastic.js';
export type {
  DeliveryOptions,
  Exporter,
  ExporterContext,
  OtlpSettings,
  SpanIds,
  SpoolOptions,
} from './exporter.js';
export { type GrafanaOptions, grafana } from './grafana.js';
export { type HoneycombOptions, honeycomb } from './honeycomb.js';
export { type JaegerOptions, jaeger } from './jaeger.js';
export { type FileOptions, file } from './file.js';
export { type MemoryExporter, type MemoryOptions, memory } from './memory.js';
export { type NewRelicOptions, newRelic } from './new-relic.js';
export { type OtlpOptions, otlp } from './otlp.js';
export { prometheus } from './prometheus/exporter.js';
export type { PrometheusOptions, PrometheusPush } from './prometheus/options.js';
