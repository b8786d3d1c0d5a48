// The span metrics as OpenTelemetry's metrics SDK reads them, for the way out by OTLP.

import { type HrTime, ValueType } from '@opentelemetry/api';
import type { MetricData, MetricProducer, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { Resource } from '@opentelemetry/resources';
import { SCOPE_NAME, VERSION } from '../../core/version.js';
import type { SpanMetricNames } from './span-text.js';
import type { SpanTable } from './span-metrics.js';

/** What a producer reads. */
export interface ProducerParts extends SpanMetricNames {
  readonly table: SpanTable;
  readonly resource: Resource;
  readonly nowMs: () => number;
}

// The SDK's enumerations, whose members are part of its interface; importing them would load it.
const CUMULATIVE = 1;
const HISTOGRAM = 0;
const SUM = 3;

/** Shows a table to a metric reader. Exemplars stay behind: OpenTelemetry's JavaScript metrics have no place for them. */
export function metricProducer(parts: ProducerParts): MetricProducer {
  const startTime = hrTime(parts.nowMs());
  return {
    collect: async () => ({
      resourceMetrics: { resource: parts.resource, scopeMetrics: scopeMetrics(parts, startTime) },
      errors: [],
    }),
  };
}

function scopeMetrics({ table, namespace, unit, nowMs }: ProducerParts, startTime: HrTime): ScopeMetrics[] {
  if (table.series.length === 0) return [];
  const endTime = hrTime(nowMs());
  const prefix = namespace === '' ? '' : `${namespace}.`;
  const boundaries = [...table.bounds];
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
    dataPoints: table.series.map(({ attributes, count }) => ({
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
    dataPoints: table.series.map(({ attributes, counts, count, sum }) => ({
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
