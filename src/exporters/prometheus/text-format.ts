// The two text formats of Prometheus: its own 0.0.4, and OpenMetrics 1.0, the only one with exemplars.
//
//   # HELP calls Ended spans.
//   # TYPE calls counter
//   calls_total{span_name="GET /"} 3

/** A text format. */
export type TextFormat = 'prometheus' | 'openmetrics';

/** The `content-type` of a response. */
export const CONTENT_TYPES: Readonly<Record<TextFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The types of metrics that this package writes. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'info';

/** The description of a metric family. */
export interface MetricFamily {
  /** The name without the suffix of its type: no `_total`, no `_info`. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
}

/**
 * Formats the two lines above the samples of a family.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#metricfamily
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function formatFamilyHeader({ name, type, help }: MetricFamily, format: TextFormat): string {
  const isOpenMetrics = format === 'openmetrics';
  const shownName = isOpenMetrics ? name : getSampleName(name, type);
  // The older format has no info metrics. A gauge of 1 has the same meaning.
  const shownType = !isOpenMetrics && type === 'info' ? 'gauge' : type;
  const text = isOpenMetrics ? escapeLabel(help) : help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  return `# HELP ${shownName} ${text}\n# TYPE ${shownName} ${shownType}\n`;
}

/** The sample name of a family that has one sample for each series. */
export function getSampleName(name: string, type: MetricType): string {
  if (type === 'counter') return `${name}_total`;
  return type === 'info' ? `${name}_info` : name;
}

/**
 * Formats labels without the braces: `a="1",b="2"`. Names of OpenTelemetry become names of Prometheus. The values of names
 * that become equal are joined with semicolons.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */
export function formatLabels(attributes: Readonly<Record<string, unknown>>): string {
  const labels = new Map<string, string>();
  for (const key of Object.keys(attributes).sort()) {
    const value = attributes[key];
    if (value === undefined || value === null) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const name = toLabelName(key);
    const present = labels.get(name);
    labels.set(name, present === undefined ? text : `${present};${text}`);
  }
  return [...labels].map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(',');
}

/** Converts the name of an OpenTelemetry metric: `traces.span.metrics` becomes `traces_span_metrics`. */
export function toMetricName(name: string): string {
  return name
    .replace(/[^a-zA-Z0-9_:]/g, '_')
    .replace(/_{2,}/g, '_')
    .replace(/^(?=\d)/, '_');
}

/** Formats a number for both formats. */
export function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

/** Formats the value of `le`, which is compared as text. OpenMetrics requires the canonical form: `2.0` and `1e+06`. */
export function formatBound(bound: number, format: TextFormat): string {
  if (bound === Number.POSITIVE_INFINITY) return '+Inf';
  if (format === 'prometheus') return String(bound);
  if (bound >= 1e6) return bound.toExponential().replace(/e\+(\d)$/, 'e+0$1');
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function toLabelName(key: string): string {
  return toMetricName(key.replace(/:/g, '_'));
}

function escapeLabel(value: string): string {
  return value
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/"/g, '\\"');
}
