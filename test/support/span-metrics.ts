// Span metrics and spans for the tests of the prometheus exporter.

import {
  type ObservedSpan,
  SpanMetrics,
  type SpanMetricsOptions,
} from '../../src/exporters/prometheus/span-metrics.js';

/** Creates metrics with two bounds, 1 and 10 ms. */
export function createSpanMetrics(options: Partial<SpanMetricsOptions> = {}): SpanMetrics {
  return new SpanMetrics({
    service: 'orders',
    bounds: [1, 10],
    perSecond: 1000,
    maxSeries: 100,
    exemplars: true,
    nowMs: () => 1_700_000_000_123,
    onOverflow: () => {},
    ...options,
  });
}

/** Creates an ended span with a duration in milliseconds. */
export function observedSpan(
  name: string,
  durationMs: number,
  { kind = 0, status = 0, id = 1 } = {},
): ObservedSpan {
  const nanoseconds = Math.round(durationMs * 1e6);
  return {
    name,
    kind,
    status: { code: status },
    duration: [Math.floor(nanoseconds / 1e9), nanoseconds % 1e9],
    spanContext: () => ({ traceId: `${id}`.padStart(32, '0'), spanId: `${id}`.padStart(16, '0') }),
  };
}
