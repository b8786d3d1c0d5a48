// Writes the metrics that OpenTelemetry's metrics SDK collected as text: the `otel.sdk.*` metrics of delivery.

import type { DataPoint, Histogram, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ByteBuffer } from './byte-buffer.js';
import {
  formatBound,
  formatFamilyHeader,
  formatLabels,
  formatNumber,
  type MetricType,
  getSampleName,
  type TextFormat,
  toMetricName,
} from './text-format.js';

// Members of the SDK's enumeration DataPointType. Importing it would load the SDK.
const HISTOGRAM = 0;
const GAUGE = 2;
const SUM = 3;

/** The suffixes of units. Other units, and those in braces, have no suffix. */
const UNIT_SUFFIXES: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes' };

/**
 * Writes sums, gauges and histograms under the names that the specification gives them in Prometheus.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function writeSdkMetrics(
  buffer: ByteBuffer,
  { scopeMetrics }: ResourceMetrics,
  format: TextFormat,
): void {
  for (const { metrics } of scopeMetrics) {
    for (const metric of metrics) {
      const type = getMetricType(metric);
      if (type === undefined || metric.dataPoints.length === 0) continue;
      const name = getFamilyName(metric, type);
      buffer.writeText(formatFamilyHeader({ name, type, help: metric.descriptor.description }, format));
      for (const { attributes, value } of metric.dataPoints as DataPoint<number | Histogram>[]) {
        const labels = formatLabels(attributes);
        buffer.writeText(
          typeof value === 'number'
            ? `${getSampleName(name, type)}${addBraces(labels)} ${formatNumber(value)}\n`
            : formatHistogram(name, labels, value, format),
        );
      }
    }
  }
}

/** Writes the resource as the metric `target_info`. A query joins other metrics with it. */
export function writeTargetInfo(
  buffer: ByteBuffer,
  attributes: Readonly<Record<string, unknown>>,
  format: TextFormat,
): void {
  const help = 'The process that the metrics come from.';
  buffer.writeText(formatFamilyHeader({ name: 'target', type: 'info', help }, format));
  buffer.writeText(`target_info${addBraces(formatLabels(attributes))} 1\n`);
}

function getMetricType(metric: MetricData): MetricType | undefined {
  const type: number = metric.dataPointType;
  if (type === SUM) return 'isMonotonic' in metric && metric.isMonotonic ? 'counter' : 'gauge';
  if (type === GAUGE) return 'gauge';
  return type === HISTOGRAM ? 'histogram' : undefined;
}

function getFamilyName({ descriptor: { name, unit } }: MetricData, type: MetricType): string {
  const base = toMetricName(name);
  const suffix = UNIT_SUFFIXES[unit];
  const withUnit = suffix === undefined || base.endsWith(`_${suffix}`) ? base : `${base}_${suffix}`;
  return type === 'counter' ? withUnit.replace(/_total$/, '') : withUnit;
}

function formatHistogram(name: string, labels: string, value: Histogram, format: TextFormat): string {
  const { boundaries, counts } = value.buckets;
  const before = labels === '' ? '' : `${labels},`;
  let cumulative = 0;
  const buckets = [...boundaries, Number.POSITIVE_INFINITY].map((bound, index) => {
    cumulative += counts[index] ?? 0;
    return `${name}_bucket{${before}le="${formatBound(bound, format)}"} ${cumulative}\n`;
  });
  const sum = value.sum === undefined ? '' : `${name}_sum${addBraces(labels)} ${formatNumber(value.sum)}\n`;
  return `${buckets.join('')}${name}_count${addBraces(labels)} ${value.count}\n${sum}`;
}

function addBraces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
