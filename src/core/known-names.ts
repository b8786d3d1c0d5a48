// The names that options and variables accept as strings. A new exporter or propagator adds one line here.

/** The names of the exporters. */
export const EXPORTER_NAMES = [
  'otlp',
  'jaeger',
  'datadog',
  'honeycomb',
  'new-relic',
  'elastic',
  'grafana',
  'prometheus',
  'console',
  'file',
  'memory',
] as const;

/** The name of an exporter. */
export type ExporterName = (typeof EXPORTER_NAMES)[number];

/** Names of our exporters in other tools: accepted in the environment, suggested in code. */
export const EXPORTER_ALIASES: Readonly<Record<string, ExporterName>> = {
  consoletree: 'console',
  'console-tree': 'console',
  logging: 'console',
  stdout: 'console',
  dd: 'datadog',
  hny: 'honeycomb',
  newrelic: 'new-relic',
  new_relic: 'new-relic',
  nr: 'new-relic',
  'elastic-apm': 'elastic',
  elasticapm: 'elastic',
  'grafana-cloud': 'grafana',
  tempo: 'grafana',
  otlp_file: 'file',
};

/** The names of the propagation formats. */
export const PROPAGATOR_NAMES = [
  'w3c',
  'baggage',
  'b3',
  'b3multi',
  'jaeger',
  'datadog',
  'xray',
  'google',
] as const;

/** The name of a propagation format. */
export type PropagatorName = (typeof PROPAGATOR_NAMES)[number];

/** Names of our propagators in other tools: accepted in the environment, suggested in code. */
export const PROPAGATOR_ALIASES: Readonly<Record<string, PropagatorName>> = {
  tracecontext: 'w3c',
  traceparent: 'w3c',
  'trace-context': 'w3c',
  dd: 'datadog',
};

/** The names of the sampling presets. */
export const SAMPLE_PRESETS = ['development', 'production', 'errors-only', 'off'] as const;

/** The names of the span kinds in options. */
export const SPAN_KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;

/** Reads an own property of a record, so that `constructor` and `__proto__` are not found. */
export function getOwn<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
