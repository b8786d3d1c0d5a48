// https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/#span-metrics

import { type MeterProvider as ApiMeterProvider, context, trace } from '@opentelemetry/api';
import { type DataPoint, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type Sampler,
  SamplingDecision,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { TracerProvider } from '../../../src/engine/provider.js';
import { collectDiagnostics } from '../../support/captured-diagnostics.js';

/** Collects on demand. */
class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

const previous = globalState.diagnostics;
afterEach(() => {
  globalState.diagnostics = previous;
});

/** Creates a provider, and a function that reads its metrics as `name attributes: value`. */
function measured(sampler: Sampler = new AlwaysOnSampler()) {
  const reader = new Reader();
  const provider = new TracerProvider({ sampler, meterProvider: new MeterProvider({ readers: [reader] }) });
  const read = async (): Promise<Record<string, number>> => {
    const { scopeMetrics } = (await reader.collect()).resourceMetrics;
    const points = scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor, dataPoints }) =>
        (dataPoints as DataPoint<number>[]).map(({ attributes, value }): [string, number] => [
          [descriptor.name, ...Object.values(attributes)].join(' '),
          value,
        ]),
      ),
    );
    return Object.fromEntries(points);
  };
  return { provider, tracer: provider.getTracer('test'), read };
}

describe('the metrics of spans', () => {
  it('count live spans, and started spans by the origin of their parent', async () => {
    const { tracer, read } = measured();
    const root = tracer.startSpan('root');
    const inRoot = trace.setSpan(context.active(), root);
    for (let i = 0; i < 3; i++) tracer.startSpan('child', {}, inRoot).end();
    const caller = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };
    tracer.startSpan('served', {}, trace.setSpanContext(context.active(), caller));
    expect(await read()).toEqual({
      'otel.sdk.span.started none RECORD_AND_SAMPLE': 1,
      'otel.sdk.span.started local RECORD_AND_SAMPLE': 3,
      'otel.sdk.span.started remote RECORD_AND_SAMPLE': 1,
      'otel.sdk.span.live RECORD_AND_SAMPLE': 2,
    });
    root.end();
    root.end();
    expect((await read())['otel.sdk.span.live RECORD_AND_SAMPLE']).toBe(1);
  });

  it('distinguish sampling results, and count recorded spans only as live', async () => {
    const dropped = measured(new AlwaysOffSampler());
    dropped.tracer.startSpan('dropped').end();
    expect(await dropped.read()).toEqual({ 'otel.sdk.span.started none DROP': 1 });
    const recorded = measured({ shouldSample: () => ({ decision: SamplingDecision.RECORD }) });
    recorded.tracer.startSpan('recorded').end();
    recorded.tracer.startSpan('open');
    expect(await recorded.read()).toEqual({
      'otel.sdk.span.started none RECORD_ONLY': 2,
      'otel.sdk.span.live RECORD_ONLY': 1,
    });
  });

  it('are removed by the shutdown of the provider', async () => {
    const { provider, tracer, read } = measured();
    tracer.startSpan('work').end();
    await provider.shutdown();
    expect(await read()).toEqual({});
  });

  it('are missing if the meter provider throws, and spans are recorded', async () => {
    const { diagnostics, captured } = collectDiagnostics();
    globalState.diagnostics = diagnostics;
    const meterProvider: ApiMeterProvider = {
      getMeter() {
        throw new Error('no meters today');
      },
    };
    const provider = new TracerProvider({ meterProvider });
    expect(provider.getTracer('test').startSpan('work').isRecording()).toBe(true);
    await provider.shutdown();
    expect(captured).toEqual([
      expect.objectContaining({
        level: 'warn',
        code: 'callback_failed',
        source: 'the meter provider',
        message: expect.stringContaining('no meters today'),
      }),
    ]);
  });
});
