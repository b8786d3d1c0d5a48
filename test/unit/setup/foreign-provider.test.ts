import { trace as apiTrace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { trace } from '../../../src/index.js';
import { isolateTracing, processorWith, startTracing } from '../../support/start-tracing.js';

isolateTracing();

describe('a foreign provider', () => {
  it('receives the spans, with one warning', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    apiTrace.setGlobalTracerProvider(provider);
    const { lines, recorded } = startTracing();
    trace.span('work', () => {});
    await trace.flush();
    expect(exporter.getFinishedSpans().map(span => span.name)).toEqual(['work']);
    expect(recorded.spans).toEqual([]);
    expect(lines.filter(line => line.endsWith('[foreign_provider]'))).toHaveLength(1);
    expect(lines.join()).toContain('BasicTracerProvider');
    const report = await trace.check();
    expect(report.checks).toContainEqual(
      expect.objectContaining({ code: 'foreign_provider', status: 'warning' }),
    );
  });

  it('gets our context manager if it has none, so that spans nest', async () => {
    const exporter = new InMemorySpanExporter();
    apiTrace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    startTracing();
    await trace.span('outer', async () => {
      await Promise.resolve();
      trace.span('inner', () => expect(trace.inject()['traceparent']).toBeDefined());
    });
    const [inner, outer] = exporter.getFinishedSpans();
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  it('is flushed and not shut down by shutdown()', async () => {
    let [flushed, closed] = [0, 0];
    const processor = processorWith({
      forceFlush: async () => void flushed++,
      shutdown: async () => void closed++,
    });
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
    startTracing();
    await trace.shutdown();
    expect([flushed, closed, globalState.handle]).toEqual([1, 0, undefined]);
  });

  it('makes keep() and drop() report that they have no effect', () => {
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    const { lines } = startTracing();
    trace.span('work', () => {
      trace.keep();
      trace.drop();
    });
    expect(lines.filter(line => line.endsWith('[override_unavailable]'))).toHaveLength(1);
  });

  it('has no statistics and no URL of a trace', () => {
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    startTracing();
    trace.span('work', () => {
      expect(trace.stats()).toEqual({ exporters: [], lateCalls: 0 });
      expect(trace.url()).toBeUndefined();
    });
  });

  it('without a class is named as such in the warning', () => {
    const provider: unknown = Object.assign(Object.create(null), {
      getTracer: () => new BasicTracerProvider().getTracer('test'),
    });
    apiTrace.setGlobalTracerProvider(provider as BasicTracerProvider);
    const { lines } = startTracing();
    expect(lines.filter(line => line.includes('another tracer provider (unnamed)'))).toHaveLength(1);
  });

  it('whose flush rejects does not fail flush()', async () => {
    const provider = Object.assign(new BasicTracerProvider(), {
      forceFlush: async () => {
        throw new Error('theirs');
      },
    });
    apiTrace.setGlobalTracerProvider(provider);
    const { lines } = startTracing();
    await expect(trace.flush()).resolves.toEqual({ exporters: [], lateCalls: 0 });
    expect(lines.filter(line => line.includes('theirs'))).toHaveLength(1);
  });
});
