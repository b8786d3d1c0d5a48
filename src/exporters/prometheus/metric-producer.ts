// The span metrics as OpenTelemetry's metrics SDK reads them, for the way out by OTLP.

import { type HrTime, ValueType } from '@opentelemetry/api';
import type { MetricData, MetricProducer, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { Resource } from '@opentelemetry/resources';
import { SCOPE_NAME, VERSION } from '../../core/version.js';
import type { SpanMetricsNaming } from './span-metrics-text.js';
import type { SpanMetrics } from './span-metrics.js';

/** What a producer reads. */
export interface MetricProducerOptions extends SpanMetricsNaming {
  readonly spanMetrics: SpanMetrics;
  readonly resource: Resource;
  readonly nowMs: () => number;
}

// The SDK's enumerations, whose members are part of its interface; importing them would load it.
const CUMULATIVE = 1;
const HISTOGRAM = 0;
const SUM = 3;

/** Shows a table to a metric reader. Exemplars stay behind: OpenTelemetry's JavaScript metrics have no place for them. */
export function createMetricProducer(parts: MetricProducerOptions): MetricProducer {
  const startTime = hrTime(parts.nowMs());
  return {
    collect: async () => ({
      resourceMetrics: { resource: parts.resource, scopeMetrics: scopeMetrics(parts, startTime) },
      errors: [],
    }),
  };
}

function scopeMetrics({ spanMetrics, namespace, unit, nowMs }: MetricProducerOptions, startTime: HrTime): ScopeMetrics[] {
  if (spanMetrics.series.length === 0) return [];
  const endTime = hrTime(nowMs());
  const prefix = namespace === '' ? '' : `${namespace}.`;
  const boundaries = [...spanMetrics.bounds];
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
    dataPoints: spanMetrics.series.map(({ attributes, count }) => ({
      startTime,
      endTime,
      attributes: { ...attributes },
      value: count,
    })),
  };
  const duration: MetricData = {
    descriptor: {
      name: `${prefix}duration`,
      description: 'How long the spans took.',
      unit,
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: CUMULATIVE,
    dataPointType: HISTOGRAM,
    dataPoints: spanMetrics.series.map(({ attributes, counts, count, sum }) => ({
      startTime,
      endTime,
      attributes: { ...attributes },
      value: { buckets: { boundaries, counts: [...counts] }, count, sum },
    })),
  };
  return [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics: [calls, duration] }];
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
