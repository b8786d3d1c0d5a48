// Trace API, "Wrapping a SpanContext in a Span": https://opentelemetry.io/docs/specs/otel/trace/api/

import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler, type Sampler, type Span } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getLocalRoot } from '../../../src/engine/local-root.js';
import { NonRecordingSpan } from '../../../src/engine/non-recording-span.js';
import { contextWith, createTestEngine, toNanoseconds } from '../../support/engine-fixture.js';

describe('an unsampled span', () => {
  it('has the trace id of its unsampled ancestors, in any order of the first use of ids', () => {
    const { tracer } = createTestEngine({ sampler: new AlwaysOffSampler() });
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', {}, contextWith(root));
    const grandchild = tracer.startSpan('grandchild', {}, contextWith(child));
    expect(grandchild.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(child.spanContext().traceId).toBe(grandchild.spanContext().traceId);
    expect(root.spanContext().traceId).toBe(grandchild.spanContext().traceId);
    expect(new Set([root, child, grandchild].map(span => span.spanContext().spanId)).size).toBe(3);
    expect(root.spanContext()).toBe(root.spanContext());
    expect(root.spanContext().traceFlags).toBe(0x02);
  });

  it('is the local root of the recorded spans below it', () => {
    const sampler: Sampler = {
      shouldSample: (_context, _traceId, name) => ({ decision: name === 'no' ? 0 : 2 }),
      toString: () => 'by name',
    };
    const { tracer } = createTestEngine({ sampler });
    const root = tracer.startSpan('no');
    const between = tracer.startSpan('no', {}, contextWith(root));
    const recorded = tracer.startSpan('yes', {}, contextWith(between));
    expect([between, recorded].map(getLocalRoot)).toEqual([root, root]);
  });

  it('has one clock for all recorded spans below it', () => {
    const sampler: Sampler = {
      shouldSample: (_context, _traceId, name) => ({ decision: name === 'no' ? 0 : 2 }),
      toString: () => 'by name',
    };
    const { tracer, clock } = createTestEngine({ sampler });
    const unsampled = tracer.startSpan('no');
    const one = tracer.startSpan('one', {}, contextWith(unsampled)) as Span;
    clock.wall += 3_600_000;
    clock.monotonic += 2;
    const two = tracer.startSpan('two', {}, contextWith(unsampled)) as Span;
    expect(toNanoseconds(two.startTime) - toNanoseconds(one.startTime)).toBe(2_000_000n);
  });
});

describe('a wrapped span context', () => {
  it('has that context, and every method returns the span and does nothing', () => {
    const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    const span = NonRecordingSpan.wrap(spanContext);
    expect(span.spanContext()).toBe(spanContext);
    expect([span.isRecording(), span.isUnsampled]).toEqual([false, false]);
    const chained = span
      .setAttribute()
      .setAttributes()
      .addEvent()
      .addLink()
      .addLinks()
      .setStatus()
      .updateName();
    expect(chained).toBe(span);
    expect([span.recordException(), span.end(), span[Symbol.dispose]()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the replacement of an ended span in its context', () => {
  beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
  afterEach(() => context.disable());

  it('has the ids of the span and counts late calls', () => {
    const { tracer, provider } = createTestEngine();
    tracer.startActiveSpan('a', span => {
      span.end();
      const replacement = trace.getActiveSpan();
      expect(replacement?.spanContext()).toBe(span.spanContext());
      expect(replacement?.isRecording()).toBe(false);
      replacement?.setAttribute('late', 1);
      expect(provider.lateCalls).toBe(1);
      const child = tracer.startSpan('late child') as Span;
      expect(child.parentSpanContext).toBe(span.spanContext());
    });
  });

  it('has the ids of the local root', () => {
    const { tracer } = createTestEngine();
    tracer.startActiveSpan('a', {}, ROOT_CONTEXT, root => {
      root.end();
      const replacement = trace.getActiveSpan()!;
      expect(replacement).not.toBe(root);
      expect(getLocalRoot(replacement)?.spanContext()).toBe(root.spanContext());
    });
  });

  it('keeps the clock of the trace', () => {
    const { tracer, clock } = createTestEngine();
    tracer.startActiveSpan('a', {}, ROOT_CONTEXT, span => {
      span.end();
      clock.wall -= 3_600_000;
      clock.monotonic += 5;
      const late = tracer.startSpan('late') as Span;
      expect(toNanoseconds(late.startTime) - toNanoseconds((span as Span).startTime)).toBe(5_000_000n);
    });
  });
});
