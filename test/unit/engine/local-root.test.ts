import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { AlwaysOffSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { getLocalRoot } from '../../../src/engine/local-root.js';
import { contextWith, createTestEngine } from '../../support/engine-fixture.js';

const other = {
  traceId: 'e4cda95b652f4a1592b449d5929fda1b',
  spanId: '7e0c63257de34c92',
  traceFlags: TraceFlags.SAMPLED,
};

describe('the local root', () => {
  it('is the first span of this process, also under a remote parent', () => {
    const { tracer } = createTestEngine();
    const remote = trace.setSpanContext(ROOT_CONTEXT, { ...other, isRemote: true });
    const root = tracer.startSpan('root', {}, remote);
    const child = tracer.startSpan('child', {}, contextWith(root));
    expect([getLocalRoot(root), getLocalRoot(child)]).toEqual([root, root]);
  });

  it('is represented by its ids after its end', () => {
    const { tracer } = createTestEngine();
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    const child = tracer.startSpan('child', {}, contextWith(root));
    root.end();
    expect(getLocalRoot(child)).not.toBe(root);
    expect(getLocalRoot(child)!.spanContext()).toBe(root.spanContext());
    expect(getLocalRoot(child)!.isRecording()).toBe(false);
  });

  it('of unsampled spans is the first of them', () => {
    const { tracer } = createTestEngine({ sampler: new AlwaysOffSampler() });
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', {}, contextWith(root));
    const grandchild = tracer.startSpan('grandchild', {}, contextWith(child));
    expect([root, child, grandchild].map(getLocalRoot)).toEqual([root, root, root]);
  });

  it('is unknown for spans of another provider', () => {
    expect(getLocalRoot(new BasicTracerProvider().getTracer('x').startSpan('a'))).toBeUndefined();
  });
});
