// Trace API, "Span Creation"; Trace SDK, "Sampling", "SDK Span creation", "Id Generators"; W3C Trace Context Level 2.

import {
  type Attributes,
  type Context,
  context,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { suppressTracing, TraceState } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
  type Span,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TracerProvider } from '../../../src/engine/index.js';
import { inside, setup } from '../../support/engine-fixture.js';

const parentIds = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const remote = (traceFlags: number, traceState?: TraceState): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    ...parentIds,
    traceFlags,
    isRemote: true,
    ...(traceState ? { traceState } : {}),
  });

describe('a new trace', () => {
  it('has new ids, no parent, and the random flag beside the sampled one', () => {
    const { tracer } = setup();
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

  it('starts where the parent is invalid or `root` is asked for', () => {
    const { tracer, keeper } = setup();
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
    expect(trace.getSpan(keeper.contexts[1]!)).toBeUndefined();
  });

  it('says "random" only of ids that are: our own and those of OpenTelemetry’s generator', () => {
    const generator = { generateTraceId: () => parentIds.traceId, generateSpanId: () => parentIds.spanId };
    expect(setup({ idGenerator: generator }).tracer.startSpan('a').spanContext()).toMatchObject({
      ...parentIds,
      traceFlags: 1,
    });
    expect(
      setup({ idGenerator: new RandomIdGenerator() }).tracer.startSpan('a').spanContext().traceFlags,
    ).toBe(3);
  });
});

describe('a child', () => {
  it('goes on with the parent’s trace id and the very same tracestate', () => {
    const state = new TraceState('a=1,b=2');
    const span = setup().tracer.startSpan('a', {}, remote(1, state)) as Span;
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
  ])('of flags %i has flags %i: random kept, sampled decided, nothing else', (given, expected) => {
    expect(setup().tracer.startSpan('a', {}, remote(given)).spanContext().traceFlags).toBe(expected);
  });

  it('of an unsampled span shares its trace, ids made when asked for, in whatever order', () => {
    const { tracer } = setup({ sampler: new AlwaysOffSampler() });
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', {}, inside(root));
    const grandchild = tracer.startSpan('grandchild', {}, inside(child));
    expect(grandchild.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(child.spanContext().traceId).toBe(grandchild.spanContext().traceId);
    expect(root.spanContext().traceId).toBe(grandchild.spanContext().traceId);
    expect(new Set([root, child, grandchild].map(span => span.spanContext().spanId)).size).toBe(3);
    expect(root.spanContext()).toBe(root.spanContext());
    expect(root.spanContext().traceFlags).toBe(0x02);
  });
});

describe('suppression', () => {
  it('makes spans that record nothing and have invalid ids', () => {
    const { tracer, keeper } = setup();
    const span = tracer.startSpan('a', {}, suppressTracing(remote(1)));
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext().traceId).toBe('0'.repeat(32));
    expect(keeper.started).toEqual([]);
  });
});

describe('sampling', () => {
  const on = new AlwaysOnSampler();
  const off = new AlwaysOffSampler();
  const relations = { none: ROOT_CONTEXT, remoteYes: remote(1), remoteNo: remote(0) };
  const named: Record<string, Sampler> = {
    on,
    off,
    'parent based, on': new ParentBasedSampler({ root: on }),
    'parent based, off': new ParentBasedSampler({ root: off }),
    'parent based, inverted': new ParentBasedSampler({
      root: off,
      remoteParentSampled: off,
      remoteParentNotSampled: on,
      localParentSampled: off,
      localParentNotSampled: on,
    }),
    'parent based, nested': new ParentBasedSampler({
      root: new ParentBasedSampler({ root: off }),
      remoteParentSampled: new ParentBasedSampler({ root: on, remoteParentSampled: off }),
    }),
    'ratio 0': new TraceIdRatioBasedSampler(0),
    'ratio 1': new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(1) }),
  };

  it.each(Object.keys(named))('of OpenTelemetry decides as if it were called: %s', name => {
    const sampler = named[name]!;
    const { tracer } = setup({ sampler });
    const local = (flags: number): Context =>
      trace.setSpanContext(ROOT_CONTEXT, { ...parentIds, traceFlags: flags });
    for (const parent of [...Object.values(relations), local(0), local(1)]) {
      const { decision } = sampler.shouldSample(parent, parentIds.traceId, 'a', SpanKind.INTERNAL, {}, []);
      const span = tracer.startSpan('a', {}, parent);
      expect(span.isRecording()).toBe(decision !== SamplingDecision.NOT_RECORD);
      expect(span.spanContext().traceFlags & 1).toBe(
        decision === SamplingDecision.RECORD_AND_SAMPLED ? 1 : 0,
      );
    }
  });

  it('of others is asked with exactly what OpenTelemetry passes', () => {
    const asked: unknown[][] = [];
    // A stock sampler whose method was replaced, as a test's spy does it: it must not be taken for the stock one.
    const sampler: Sampler = Object.assign(new AlwaysOnSampler(), {
      shouldSample: (...args: [Context, string, string, SpanKind, Attributes, Link[]]) => {
        asked.push(args);
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
    });
    const { tracer } = setup({ sampler });
    const parent = remote(1);
    tracer.startSpan('plain', {}, parent);
    tracer.startSpan(
      'full',
      { kind: SpanKind.SERVER, attributes: { a: 1 }, links: [{ context: { ...parentIds, traceFlags: 0 } }] },
      parent,
    );
    expect(asked).toEqual([
      [parent, parentIds.traceId, 'plain', SpanKind.INTERNAL, {}, []],
      [
        parent,
        parentIds.traceId,
        'full',
        SpanKind.SERVER,
        { a: 1 },
        [{ context: { ...parentIds, traceFlags: 0 }, attributes: {} }],
      ],
    ]);
    expect(asked[0]![0]).toBe(parent);
  });

  it('may add attributes and another tracestate, and may record without sampling', () => {
    const traceState = createTraceState('mine=1');
    const sampler: Sampler = {
      shouldSample: () => ({
        decision: SamplingDecision.RECORD,
        attributes: { added: true, given: 2 },
        traceState,
      }),
      toString: () => 'mine',
    };
    const { tracer, keeper } = setup({ sampler });
    const span = tracer.startSpan('a', { attributes: { given: 1, own: 1 } }) as Span;
    span.end();
    expect(span.attributes).toEqual({ given: 2, own: 1, added: true });
    expect(span.spanContext()).toMatchObject({ traceState, traceFlags: 0x02 });
    expect(keeper.ended).toEqual([span]);
  });

  it('that refuses gives a span nobody is told of, which carries the trace on', () => {
    const { tracer, keeper } = setup({ sampler: new AlwaysOffSampler() });
    const span = tracer.startSpan('a', {}, remote(3, new TraceState('a=1')));
    span.setAttribute('a', 1).end();
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext()).toMatchObject({ traceId: parentIds.traceId, traceFlags: 2 });
    expect(span.spanContext().traceState?.serialize()).toBe('a=1');
    expect([keeper.started, keeper.ended]).toEqual([[], []]);
  });
});

describe('startActiveSpan', () => {
  beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
  afterEach(() => context.disable());

  it('takes all three call forms, makes the span active over awaits, and gives back what fn gives', async () => {
    const { tracer } = setup();
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

  it('leaves in the context of an ended span its ids, and counts what is done to it there', () => {
    const { tracer, provider } = setup();
    tracer.startActiveSpan('a', span => {
      span.end();
      const rest = trace.getActiveSpan();
      expect(rest?.spanContext()).toBe(span.spanContext());
      expect(rest?.isRecording()).toBe(false);
      rest?.setAttribute('late', 1);
      expect(provider.lateCalls).toBe(1);
      const child = tracer.startSpan('late child') as Span;
      expect(child.parentSpanContext).toBe(span.spanContext());
    });
  });
});

describe('the provider', () => {
  it('gives one tracer for each name, version and schema', () => {
    const provider = new TracerProvider();
    expect(provider.getTracer('a', '1')).toBe(provider.getTracer('a', '1'));
    expect(provider.getTracer('a', '1')).not.toBe(provider.getTracer('a', '2'));
    expect(provider.getTracer('a', '1', { schemaUrl: 's' }).instrumentationScope).toEqual({
      name: 'a',
      version: '1',
      schemaUrl: 's',
    });
  });

  it('finds in OpenTelemetry’s provider what it takes from it', () => {
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
