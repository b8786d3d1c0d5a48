// Trace SDK, "Sampling": https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling

import {
  type Attributes,
  type Context,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type Span,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { LOCAL_SAMPLED, LOCAL_UNSAMPLED, NO_PARENT } from '../../../src/engine/parent-state.js';
import { decideBuiltIn } from '../../../src/engine/sampling-decision.js';
import { createTestEngine } from '../../support/engine-fixture.js';

const parentIds = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const local = (traceFlags: number): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { ...parentIds, traceFlags });
const remote = (traceFlags: number, traceState?: TraceState): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    ...parentIds,
    traceFlags,
    isRemote: true,
    ...(traceState ? { traceState } : {}),
  });

describe('a sampler of OpenTelemetry', () => {
  const on = new AlwaysOnSampler();
  const off = new AlwaysOffSampler();
  const samplers: Record<string, Sampler> = {
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

  it.each(Object.keys(samplers))('decides as if it were called: %s', name => {
    const sampler = samplers[name]!;
    const { tracer } = createTestEngine({ sampler });
    for (const parent of [ROOT_CONTEXT, remote(1), remote(0), local(0), local(1)]) {
      const { decision } = sampler.shouldSample(parent, parentIds.traceId, 'a', SpanKind.INTERNAL, {}, []);
      const span = tracer.startSpan('a', {}, parent);
      expect(span.isRecording()).toBe(decision !== SamplingDecision.NOT_RECORD);
      expect(span.spanContext().traceFlags & 1).toBe(
        decision === SamplingDecision.RECORD_AND_SAMPLED ? 1 : 0,
      );
    }
  });
});

describe('decideBuiltIn', () => {
  it('asks our own sampler under a local parent only', () => {
    const asked: boolean[] = [];
    const sampler = Object.assign(new AlwaysOnSampler(), {
      localDecision(isParentSampled: boolean) {
        asked.push(isParentSampled);
        return SamplingDecision.RECORD;
      },
    });
    expect(decideBuiltIn(sampler, LOCAL_SAMPLED)).toBe(SamplingDecision.RECORD);
    expect(decideBuiltIn(sampler, LOCAL_UNSAMPLED)).toBe(SamplingDecision.RECORD);
    expect(decideBuiltIn(sampler, NO_PARENT)).toBe(SamplingDecision.RECORD_AND_SAMPLED);
    expect(asked).toEqual([true, false]);
  });

  it('leaves the decision to any other sampler', () => {
    expect(decideBuiltIn(new TraceIdRatioBasedSampler(1), NO_PARENT)).toBeUndefined();
  });
});

describe('a sampler that is not built in', () => {
  it('is called with exactly the arguments of OpenTelemetry', () => {
    const calls: unknown[][] = [];
    // A built-in sampler with a replaced method, like the spy of a test. It must be called.
    const sampler: Sampler = Object.assign(new AlwaysOnSampler(), {
      shouldSample: (...args: [Context, string, string, SpanKind, Attributes, Link[]]) => {
        calls.push(args);
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
    });
    const { tracer } = createTestEngine({ sampler });
    const parent = remote(1);
    tracer.startSpan('plain', {}, parent);
    tracer.startSpan(
      'full',
      { kind: SpanKind.SERVER, attributes: { a: 1 }, links: [{ context: { ...parentIds, traceFlags: 0 } }] },
      parent,
    );
    expect(calls).toEqual([
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
    expect(calls[0]![0]).toBe(parent);
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
    const { tracer, collected } = createTestEngine({ sampler });
    const span = tracer.startSpan('a', { attributes: { given: 1, own: 1 } }) as Span;
    span.end();
    expect(span.attributes).toEqual({ given: 2, own: 1, added: true });
    expect(span.spanContext()).toMatchObject({ traceState, traceFlags: 0x02 });
    expect(collected.ended).toEqual([span]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['returns nothing', () => undefined],
    ['returns an unknown decision', () => ({ decision: 7 })],
    ['returns a promise', () => Promise.resolve({ decision: 2 })],
  ])('and %s is reported once, and the decision of the parent applies', (_, shouldSample) => {
    const sampler = { shouldSample, toString: () => 'mine' } as unknown as Sampler;
    const { tracer, captured } = createTestEngine({ sampler });
    const options: SpanOptions = { kind: SpanKind.CLIENT, links: [] as Link[] };
    expect(tracer.startSpan('root', options).isRecording()).toBe(true);
    expect(tracer.startSpan('child', options, local(1)).isRecording()).toBe(true);
    expect(tracer.startSpan('child', options, local(0)).isRecording()).toBe(false);
    expect(captured).toEqual([
      expect.objectContaining({ level: 'warn', code: 'callback_failed', source: 'sampler' }),
    ]);
  });
});

describe('an unsampled span', () => {
  it('reaches no processor and continues the trace', () => {
    const { tracer, collected } = createTestEngine({ sampler: new AlwaysOffSampler() });
    const span = tracer.startSpan('a', {}, remote(3, new TraceState('a=1')));
    span.setAttribute('a', 1).end();
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext()).toMatchObject({ traceId: parentIds.traceId, traceFlags: 2 });
    expect(span.spanContext().traceState?.serialize()).toBe('a=1');
    expect([collected.started, collected.ended]).toEqual([[], []]);
  });
});
