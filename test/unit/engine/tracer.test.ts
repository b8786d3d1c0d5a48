// Trace API, "Span Creation"; Trace SDK, "SDK Span creation"; W3C Trace Context Level 2.

import { type Context, context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { suppressTracing, TraceState } from '@opentelemetry/core';
import { AlwaysOnSampler, type Sampler, SamplingDecision, type Span } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addContextAttributes } from '../../../src/context/index.js';
import { createTestEngine } from '../../support/engine-fixture.js';

const parentIds = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const remote = (traceFlags: number, traceState?: TraceState): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    ...parentIds,
    traceFlags,
    isRemote: true,
    ...(traceState ? { traceState } : {}),
  });

describe('a new trace', () => {
  it('has new ids, no parent, and the flags sampled and random', () => {
    const { tracer } = createTestEngine();
    const [one, two] = [tracer.startSpan('a') as Span, tracer.startSpan('b') as Span];
    expect(one.parentSpanContext).toBeUndefined();
    expect(one.spanContext()).toEqual({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      traceFlags: 0x03,
      traceState: undefined,
    });
    expect(two.spanContext().traceId).not.toBe(one.spanContext().traceId);
  });

  it('starts if the parent is invalid or the option root is set', () => {
    const { tracer, collected } = createTestEngine();
    const invalid = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0'.repeat(32),
      spanId: parentIds.spanId,
      traceFlags: 1,
    });
    for (const span of [
      tracer.startSpan('a', {}, invalid),
      tracer.startSpan('a', { root: true }, remote(1)),
    ]) {
      expect((span as Span).parentSpanContext).toBeUndefined();
      expect(span.spanContext().traceId).not.toBe(parentIds.traceId);
    }
    expect(trace.getSpan(collected.contexts[1]!)).toBeUndefined();
  });
});

describe('the fields that tools of OpenTelemetry read', () => {
  it('are the sampler, the limits, the resource and the processor of the provider', () => {
    const sampler = new AlwaysOnSampler();
    const { tracer, collected } = createTestEngine({ sampler, spanLimits: { linkCountLimit: 7 } });
    expect(tracer._sampler).toBe(sampler);
    expect(tracer._spanLimits).toMatchObject({ linkCountLimit: 7 });
    const span = tracer.startSpan('a') as Span;
    expect(tracer._resource).toBe(span.resource);
    tracer._spanProcessor.onEnd(span);
    expect(collected.ended).toEqual([span]);
  });
});

describe('a child', () => {
  it('has the trace id of the parent and the same tracestate object', () => {
    const state = new TraceState('a=1,b=2');
    const span = createTestEngine().tracer.startSpan('a', {}, remote(1, state)) as Span;
    expect(span.spanContext().traceId).toBe(parentIds.traceId);
    expect(span.spanContext().spanId).not.toBe(parentIds.spanId);
    expect(span.spanContext().traceState).toBe(state);
    expect(span.parentSpanContext).toMatchObject({ ...parentIds, isRemote: true });
  });

  it.each([
    [0x00, 0x00],
    [0x01, 0x01],
    [0x02, 0x02],
    [0x03, 0x03],
    [0xff, 0x03],
    [0xfc, 0x00],
    [0x1fd, 0x01],
  ])(
    'of a parent with flags %i has flags %i: the random flag is inherited, the sampler sets the sampled flag',
    (parentFlags, expected) => {
      expect(createTestEngine().tracer.startSpan('a', {}, remote(parentFlags)).spanContext().traceFlags).toBe(
        expected,
      );
    },
  );
});

describe('suppression', () => {
  it('starts spans that record nothing and have invalid ids', () => {
    const { tracer, collected } = createTestEngine();
    const span = tracer.startSpan('a', {}, suppressTracing(remote(1)));
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext().traceId).toBe('0'.repeat(32));
    expect(collected.started).toEqual([]);
  });
});

describe('startActiveSpan', () => {
  beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
  afterEach(() => context.disable());

  it('takes all three call forms, makes the span active across awaits, and returns the result of fn', async () => {
    const { tracer } = createTestEngine();
    const key = Symbol('key');
    const fn = async (span: unknown): Promise<unknown> => {
      await Promise.resolve();
      expect(trace.getActiveSpan()).toBe(span);
      return context.active().getValue(key);
    };
    expect(await tracer.startActiveSpan('a', fn)).toBeUndefined();
    expect(await tracer.startActiveSpan('a', {}, fn)).toBeUndefined();
    expect(await tracer.startActiveSpan('a', {}, ROOT_CONTEXT.setValue(key, 7), fn)).toBe(7);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it('starts no span without a function', () => {
    const { tracer, collected } = createTestEngine();
    expect(tracer.startActiveSpan('a', undefined as never)).toBeUndefined();
    expect(collected.started).toEqual([]);
  });
});

describe('the attributes of the context', () => {
  const context = addContextAttributes(ROOT_CONTEXT, { tenant: 'acme', tier: 'gold', plan: { a: 1 } });

  it('are set under those of the span, for every tracer', () => {
    const { provider } = createTestEngine();
    const span = provider.getTracer('other').startSpan('a', { attributes: { tier: 'own' } }, context) as Span;
    expect(span.attributes).toEqual({ tenant: 'acme', tier: 'own', plan: '{"a":1}' });
  });

  it('are passed to the sampler', () => {
    const seen: unknown[] = [];
    const sampler: Sampler = {
      shouldSample(_context, _traceId, _name, _kind, attributes) {
        seen.push({ ...attributes });
        return { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes: { tier: 'sampler' } };
      },
      toString: () => 'test',
    };
    const { tracer } = createTestEngine({ sampler });
    const span = tracer.startSpan('a', { attributes: { own: 1 } }, context) as Span;
    expect(seen).toEqual([{ tenant: 'acme', tier: 'gold', plan: '{"a":1}', own: 1 }]);
    expect(span.attributes).toEqual({ tenant: 'acme', tier: 'sampler', plan: '{"a":1}', own: 1 });
  });
});

describe('the getters of span options', () => {
  it('may throw: the options that were read before are used', () => {
    const { tracer, captured } = createTestEngine();
    const options = {
      attributes: { a: 1 },
      get links(): never {
        throw new Error('no links');
      },
    };
    expect((tracer.startSpan('a', options) as Span).attributes).toEqual({ a: 1 });
    expect(captured).toEqual([expect.objectContaining({ code: 'callback_failed', source: 'span options' })]);
  });
});
