// What OpenTelemetry's metrics SDK collected, as text: the `otel.sdk.*` metrics of delivery.

import type { DataPoint, Histogram, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ByteBuffer } from './byte-buffer.js';
import {
  formatBound,
  type MetricType,
  formatFamilyHeader,
  type TextFormat,
  formatLabels,
  toMetricName,
  formatNumber,
  sampleNameOf,
} from './text-format.js';

const HISTOGRAM = 0;
const GAUGE = 2;
const SUM = 3;

/** Units as names end in them; what is missing here, or stands in braces, is no unit. */
const UNIT_WORDS: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes' };

/**
 * Writes sums, gauges and histograms under the names that the specification gives them in Prometheus.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function writeSdkMetrics(page: ByteBuffer, { scopeMetrics }: ResourceMetrics, format: TextFormat): void {
  for (const { metrics } of scopeMetrics) {
    for (const metric of metrics) {
      const type = typeOf(metric);
      if (type === undefined || metric.dataPoints.length === 0) continue;
      const name = familyName(metric, type);
      page.writeText(formatFamilyHeader({ name, type, help: metric.descriptor.description }, format));
      for (const { attributes, value } of metric.dataPoints as DataPoint<number | Histogram>[]) {
        const labels = formatLabels(attributes);
        page.writeText(
          typeof value === 'number'
            ? `${sampleNameOf(name, type)}${braced(labels)} ${formatNumber(value)}\n`
            : histogramText(name, labels, value, format),
        );
      }
    }
  }
}

/** What the process is, as a metric of its own: other metrics are joined with it by whoever asks for more. */
export function writeTargetInfo(
  page: ByteBuffer,
  attributes: Readonly<Record<string, unknown>>,
  format: TextFormat,
): void {
  page.writeText(formatFamilyHeader({ name: 'target', type: 'info', help: 'The process that is measured.' }, format));
  page.writeText(`target_info${braced(formatLabels(attributes))} 1\n`);
}

function typeOf(metric: MetricData): MetricType | undefined {
  const type: number = metric.dataPointType;
  if (type === SUM) return 'isMonotonic' in metric && metric.isMonotonic ? 'counter' : 'gauge';
  if (type === GAUGE) return 'gauge';
  return type === HISTOGRAM ? 'histogram' : undefined;
}

function familyName({ descriptor: { name, unit } }: MetricData, type: MetricType): string {
  const base = toMetricName(name);
  const word = UNIT_WORDS[unit];
  const named = word === undefined || base.endsWith(`_${word}`) ? base : `${base}_${word}`;
  return type === 'counter' ? named.replace(/_total$/, '') : named;
}

function histogramText(name: string, labels: string, value: Histogram, format: TextFormat): string {
  const { boundaries, counts } = value.buckets;
  const before = labels === '' ? '' : `${labels},`;
  let cumulative = 0;
  const lines = [...boundaries, Number.POSITIVE_INFINITY].map((bound, index) => {
    cumulative += counts[index] ?? 0;
    return `${name}_bucket{${before}le="${formatBound(bound, format)}"} ${cumulative}\n`;
  });
  const sum = value.sum === undefined ? '' : `${name}_sum${braced(labels)} ${formatNumber(value.sum)}\n`;
  return `${lines.join('')}${name}_count${braced(labels)} ${value.count}\n${sum}`;
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
