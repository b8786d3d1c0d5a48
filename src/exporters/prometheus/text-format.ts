// The two text formats that Prometheus reads: its own 0.0.4, and OpenMetrics 1.0, which alone can carry exemplars.

/** A text format. */
export type TextFormat = 'prometheus' | 'openmetrics';

/** What stands in the response's `content-type`. */
export const CONTENT_TYPES: Readonly<Record<TextFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The kinds of metric that are written here. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'info';

/** What a family of metrics says of itself. */
export interface MetricFamily {
  /** Without the suffix of its type: no `_total`, no `_info`. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
}

/**
 * The lines above a family's samples.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#metricfamily
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function formatFamilyHeader({ name, type, help }: MetricFamily, format: TextFormat): string {
  const isOpen = format === 'openmetrics';
  const shown = isOpen ? name : sampleNameOf(name, type);
  // The older format knows no info metrics; a gauge of 1 is the same to whoever reads it.
  const shownType = !isOpen && type === 'info' ? 'gauge' : type;
  const text = isOpen ? escapeLabel(help) : help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  return `# HELP ${shown} ${text}\n# TYPE ${shown} ${shownType}\n`;
}

/** The name that a sample of a family carries, for families with one sample a series. */
export function sampleNameOf(name: string, type: MetricType): string {
  if (type === 'counter') return `${name}_total`;
  return type === 'info' ? `${name}_info` : name;
}

/**
 * Labels as they stand between the braces: `a="1",b="2"`. OpenTelemetry's names become Prometheus's; values that meet under
 * one name are joined by semicolons.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */
export function formatLabels(attributes: Readonly<Record<string, unknown>>): string {
  const labels = new Map<string, string>();
  for (const key of Object.keys(attributes).sort()) {
    const value = attributes[key];
    if (value === undefined || value === null) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const name = labelName(key);
    const present = labels.get(name);
    labels.set(name, present === undefined ? text : `${present};${text}`);
  }
  return [...labels].map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(',');
}

/** An OpenTelemetry metric name as Prometheus takes it: `traces.span.metrics` is `traces_span_metrics`. */
export function toMetricName(name: string): string {
  return name
    .replace(/[^a-zA-Z0-9_:]/g, '_')
    .replace(/_{2,}/g, '_')
    .replace(/^(?=\d)/, '_');
}

/** A number as both formats read it. */
export function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

/** The value of `le`, which is compared as text: OpenMetrics wants the one canonical form, `2.0` and `1e+06`. */
export function formatBound(bound: number, format: TextFormat): string {
  if (bound === Number.POSITIVE_INFINITY) return '+Inf';
  if (format === 'prometheus') return String(bound);
  if (bound >= 1e6) return bound.toExponential().replace(/e\+(\d)$/, 'e+0$1');
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function labelName(key: string): string {
  return toMetricName(key.replace(/:/g, '_'));
}

function escapeLabel(value: string): string {
  return value
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/"/g, '\\"');
}
