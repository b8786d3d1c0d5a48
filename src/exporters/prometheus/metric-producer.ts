// The span metrics as a producer for a metric reader of OpenTelemetry, which sends them as OTLP.

import { type HrTime, ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { MetricData, MetricProducer, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { SCOPE_NAME, VERSION } from '../../core/version.js';
import type { SpanMetrics } from './span-metrics.js';
import type { SpanMetricsNaming } from './span-metrics-text.js';

/** The metrics and their names. */
export interface MetricProducerOptions extends SpanMetricsNaming {
  readonly spanMetrics: SpanMetrics;
  readonly resource: Resource;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
}

// Members of the SDK's enumerations AggregationTemporality and DataPointType. Importing them would load the SDK.
const CUMULATIVE = 1;
const HISTOGRAM = 0;
const SUM = 3;

/** Creates the producer. It has no exemplars, because OpenTelemetry's metrics for JavaScript have no field for them. */
export function createMetricProducer(options: MetricProducerOptions): MetricProducer {
  const startTime = toHrTime(options.nowMs());
  return {
    collect: async () => ({
      resourceMetrics: { resource: options.resource, scopeMetrics: collectMetrics(options, startTime) },
      errors: [],
    }),
  };
}

function collectMetrics(
  { spanMetrics, namespace, unit, nowMs }: MetricProducerOptions,
  startTime: HrTime,
): ScopeMetrics[] {
  const { series, bounds } = spanMetrics;
  if (series.length === 0) return [];
  const endTime = toHrTime(nowMs());
  const prefix = namespace === '' ? '' : `${namespace}.`;
  const boundaries = [...bounds];
  const calls: MetricData = {
    descriptor: {
      name: `${prefix}calls`,
      description: 'Ended spans, sampled or not.',
      unit: '{call}',
      valueType: ValueType.INT,
    },
    aggregationTemporality: CUMULATIVE,
    dataPointType: SUM,
    isMonotonic: true,
    dataPoints: series.map(({ attributes, count }) => ({
      startTime,
      endTime,
      attributes: { ...attributes },
      value: count,
    })),
  };
  const duration: MetricData = {
    descriptor: {
      name: `${prefix}duration`,
      description: 'The durations of the spans.',
      unit,
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: CUMULATIVE,
    dataPointType: HISTOGRAM,
    dataPoints: series.map(({ attributes, counts, count, sum }) => ({
      startTime,
      endTime,
      attributes: { ...attributes },
      value: { buckets: { boundaries, counts: [...counts] }, count, sum },
    })),
  };
  return [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics: [calls, duration] }];
}

function toHrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
