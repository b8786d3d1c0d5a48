import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOnSampler, ParentBasedSampler, type Span } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { TracerProvider } from '../../../src/engine/index.js';

afterEach(() => context.disable());

describe('the provider', () => {
  it('returns one tracer for each name, version and schema URL', () => {
    const provider = new TracerProvider();
    expect(provider.getTracer('a', '1')).toBe(provider.getTracer('a', '1'));
    expect(provider.getTracer('a', '1')).not.toBe(provider.getTracer('a', '2'));
    expect(provider.getTracer('a', '1', { schemaUrl: 's' }).instrumentationScope).toEqual({
      name: 'a',
      version: '1',
      schemaUrl: 's',
    });
  });

  it('takes the active context from the given context manager, or else from the API', () => {
    const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    const contextManager = new AsyncLocalStorageContextManager();
    const tracers = [
      new TracerProvider({}, { contextManager }).getTracer('given'),
      new TracerProvider().getTracer('api'),
    ];
    const inGiven = contextManager.with(trace.setSpanContext(ROOT_CONTEXT, parent), () =>
      tracers.map(tracer => (tracer.startSpan('a') as Span).parentSpanContext?.spanId),
    );
    expect(inGiven).toEqual([parent.spanId, undefined]);
    context.setGlobalContextManager(contextManager);
    const inApi = context.with(trace.setSpanContext(ROOT_CONTEXT, parent), () =>
      tracers.map(tracer => (tracer.startSpan('a') as Span).parentSpanContext?.spanId),
    );
    expect(inApi).toEqual([parent.spanId, parent.spanId]);
  });

  it('uses private fields that OpenTelemetry’s provider and parent-based sampler have', () => {
    const provider = new TracerProvider({ spanProcessors: [] }) as unknown as Record<
      string,
      Record<string, unknown>
    >;
    expect(provider._tracerOptions).toMatchObject({
      resource: expect.any(Object),
      sampler: expect.any(Object),
      spanLimits: expect.any(Object),
    });
    expect(provider._activeSpanProcessor!._spanProcessors).toEqual([]);
    const parentBased = new ParentBasedSampler({ root: new AlwaysOnSampler() });
    for (const field of [
      '_root',
      '_localParentSampled',
      '_localParentNotSampled',
      '_remoteParentSampled',
      '_remoteParentNotSampled',
    ]) {
      expect(parentBased).toHaveProperty(field, expect.any(Object));
    }
  });
});
