import { resourceFromAttributes } from '@opentelemetry/resources';
import { expect, it } from 'vitest';
import { createMetricProducer } from '../../../../src/exporters/prometheus/metric-producer.js';
import { createSpanMetrics, observedSpan } from '../../../support/span-metrics.js';

const resource = resourceFromAttributes({ 'service.name': 'orders' });

it('produces calls and durations', async () => {
  const spanMetrics = createSpanMetrics();
  spanMetrics.observe(observedSpan('a', 5, { kind: 1, status: 2 }), false);
  const options = { spanMetrics, resource, namespace: 'n', unit: 'ms', nowMs: () => 1_500 } as const;
  const { resourceMetrics, errors } = await createMetricProducer(options).collect();
  expect(errors).toEqual([]);
  expect(resourceMetrics.resource).toBe(resource);
  const attributes = {
    'service.name': 'orders',
    'span.name': 'a',
    'span.kind': 'SPAN_KIND_SERVER',
    'status.code': 'STATUS_CODE_ERROR',
  };
  const point = { startTime: [1, 5e8], endTime: [1, 5e8], attributes };
  expect(resourceMetrics.scopeMetrics[0]?.metrics).toMatchObject([
    { descriptor: { name: 'n.calls' }, isMonotonic: true, dataPoints: [{ ...point, value: 1 }] },
    {
      descriptor: { name: 'n.duration', unit: 'ms' },
      dataPoints: [
        { ...point, value: { buckets: { boundaries: [1, 10], counts: [0, 1, 0] }, count: 1, sum: 5 } },
      ],
    },
  ]);
});

it('produces no metrics before the first span, and names without a namespace', async () => {
  const spanMetrics = createSpanMetrics();
  const options = { spanMetrics, resource, namespace: '', unit: 's', nowMs: () => 0 } as const;
  const producer = createMetricProducer(options);
  expect((await producer.collect()).resourceMetrics.scopeMetrics).toEqual([]);
  spanMetrics.observe(observedSpan('a', 5), false);
  const [scope] = (await producer.collect()).resourceMetrics.scopeMetrics;
  expect(scope?.metrics.map(({ descriptor }) => descriptor.name)).toEqual(['calls', 'duration']);
});
