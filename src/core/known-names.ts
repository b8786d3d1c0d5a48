// The names people write as strings, each list in one place: adding an exporter or propagator is one line here.

/** The exporters that can be named by a string. */
export const EXPORTER_NAMES = [
  'otlp',
  'jaeger',
  'datadog',
  'honeycomb',
  'newRelic',
  'elastic',
  'grafana',
  'prometheus',
  'consoleTree',
  'file',
  'memory',
] as const;

/** An exporter that can be named by a string. */
export type ExporterName = (typeof EXPORTER_NAMES)[number];

/** What other tools call our exporters; accepted in the environment, suggested in code. */
export const EXPORTER_ALIASES: Readonly<Record<string, ExporterName>> = {
  console: 'consoleTree',
  logging: 'consoleTree',
  stdout: 'consoleTree',
  dd: 'datadog',
  hny: 'honeycomb',
  'new-relic': 'newRelic',
  new_relic: 'newRelic',
  nr: 'newRelic',
  'elastic-apm': 'elastic',
  elasticapm: 'elastic',
  'grafana-cloud': 'grafana',
  tempo: 'grafana',
  otlp_file: 'file',
};

/** The header formats that context can travel in. */
export const PROPAGATOR_NAMES = ['w3c', 'baggage', 'b3', 'b3multi', 'jaeger', 'datadog', 'xray'] as const;

/** A header format that context can travel in. */
export type PropagatorName = (typeof PROPAGATOR_NAMES)[number];

/** What other tools call our propagators; accepted in the environment, suggested in code. */
export const PROPAGATOR_ALIASES: Readonly<Record<string, PropagatorName>> = {
  tracecontext: 'w3c',
  traceparent: 'w3c',
  'trace-context': 'w3c',
  dd: 'datadog',
};

/** The ready-made sampling set-ups. */
export const SAMPLE_PRESETS = ['development', 'production', 'errors-only', 'off'] as const;

/** The kinds of span, as options name them. */
export const SPAN_KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;

/** How far the caller's sampling decision is followed. */
export const TRUST_REMOTE = ['sampled', 'always', 'never'] as const;

/** A record's own value for a key, so that `constructor` and `__proto__` are no names. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
