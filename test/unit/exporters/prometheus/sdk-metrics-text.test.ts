import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationType,
  MeterProvider,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from '../../../../src/exporters/prometheus/byte-buffer.js';
import { writeSdkMetrics, writeTargetInfo } from '../../../../src/exporters/prometheus/sdk-metrics-text.js';
import { readExposition } from '../../../support/read-exposition.js';

/** Collects on demand. */
class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

async function collect(record: (provider: MeterProvider) => void): Promise<ResourceMetrics> {
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  record(provider);
  return (await reader.collect()).resourceMetrics;
}

async function textOf(
  record: (provider: MeterProvider) => void,
  format: 'openmetrics' | 'prometheus' = 'openmetrics',
): Promise<string> {
  const buffer = new ByteBuffer();
  writeSdkMetrics(buffer, await collect(record), format);
  return buffer.take().toString();
}

describe('writeSdkMetrics', () => {
  it('writes counters, with their unit and the suffix _total', async () => {
    const text = await textOf(provider => {
      const meter = provider.getMeter('test');
      meter.createCounter('bytes.sent', { unit: 'By', description: 'Sent.' }).add(7, { peer: 'a' });
      meter.createCounter('calls_total', { unit: '{call}' }).add(2);
    });
    expect(text).toContain('# HELP bytes_sent_bytes Sent.\n# TYPE bytes_sent_bytes counter\n');
    expect(text).toContain('bytes_sent_bytes_total{peer="a"} 7\n');
    expect(text).toContain('# TYPE calls counter\ncalls_total 2\n');
  });

  it('writes sums that can fall as gauges', async () => {
    const text = await textOf(provider => {
      const meter = provider.getMeter('test');
      meter.createUpDownCounter('queue.size').add(-3);
      meter.createObservableGauge('temperature').addCallback(result => result.observe(20.5));
    });
    expect(text).toContain('# TYPE queue_size gauge\nqueue_size -3\n');
    expect(text).toContain('# TYPE temperature gauge\ntemperature 20.5\n');
  });

  it('writes histograms with cumulative buckets', async () => {
    const record = (provider: MeterProvider): void => {
      const advice = { explicitBucketBoundaries: [1, 10] };
      const histogram = provider
        .getMeter('test')
        .createHistogram('wait', { unit: 's', description: 'Waiting time.', advice });
      for (const value of [0.5, 5, 50]) histogram.record(value, { queue: 'a' });
    };
    const samples = readExposition(await textOf(record));
    expect(samples.map(({ name, labels, value }) => [name, labels['le'], value])).toEqual([
      ['wait_seconds_bucket', '1.0', 1],
      ['wait_seconds_bucket', '10.0', 2],
      ['wait_seconds_bucket', '+Inf', 3],
      ['wait_seconds_count', undefined, 3],
      ['wait_seconds_sum', undefined, 55.5],
    ]);
    expect(await textOf(record, 'prometheus')).toContain('wait_seconds_bucket{queue="a",le="1"} 1\n');
  });

  it('writes histograms without attributes', async () => {
    const text = await textOf(provider => {
      const advice = { explicitBucketBoundaries: [1] };
      provider.getMeter('test').createHistogram('wait', { advice }).record(5);
    });
    expect(text).toContain('wait_bucket{le="1.0"} 0\nwait_bucket{le="+Inf"} 1\nwait_count 1\nwait_sum 5\n');
  });

  it('leaves out exponential histograms, which the text format does not have', async () => {
    const reader = new Reader();
    const type = AggregationType.EXPONENTIAL_HISTOGRAM;
    const provider = new MeterProvider({
      readers: [reader],
      views: [{ instrumentName: 'exponential', aggregation: { type } }],
    });
    provider.getMeter('test').createHistogram('exponential').record(5);
    provider.getMeter('test').createCounter('calls').add(1);
    const buffer = new ByteBuffer();
    writeSdkMetrics(buffer, (await reader.collect()).resourceMetrics, 'openmetrics');
    const text = buffer.take().toString();
    expect(text).toContain('calls_total 1\n');
    expect(text).not.toContain('exponential');
  });

  it('writes nothing for a metric without values', async () => {
    expect(await textOf(provider => void provider.getMeter('test').createCounter('calls'))).toBe('');
  });
});

it.each([
  ['openmetrics', '# TYPE target info\n'],
  ['prometheus', '# TYPE target_info gauge\n'],
] as const)('writeTargetInfo writes the resource for %s', (format, type) => {
  const buffer = new ByteBuffer();
  writeTargetInfo(buffer, resourceFromAttributes({ 'service.name': 'orders' }).attributes, format);
  const text = buffer.take().toString();
  expect(text).toContain(type);
  expect(text).toContain('\ntarget_info{service_name="orders"} 1\n');
});
