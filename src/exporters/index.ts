// The entry `@do/trace/exporters`.

export { type ConsoleTreeOptions, consoleTree } from './console-tree.js';
export type {
  Check,
  DeliveryOptions,
  Exporter,
  ExporterContext,
  OtlpSettings,
  SpanIds,
  SpoolOptions,
} from './exporter.js';
export { type MemoryExporter, type MemoryOptions, memory } from './memory.js';
export { type OtlpOptions, otlp } from './otlp.js';
export { prometheus } from './prometheus/exporter.js';
export type { PrometheusOptions, PrometheusPush } from './prometheus/options.js';
