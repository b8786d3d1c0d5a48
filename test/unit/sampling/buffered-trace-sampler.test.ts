import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { BufferedTraceSampler } from '../../../src/sampling/buffered-trace-sampler.js';
import type { LocalSampler } from '../../../src/spans/local-sampler.js';

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const BUFFERED = '0af7651916cd43dd8448eb211c80319c';
const OTHER = '1af7651916cd43dd8448eb211c80319c';

const fixed = (result: SamplingResult, delegate?: Sampler): LocalSampler => ({
  shouldSample: () => result,
  toString: () => 'Fixed',
  delegate,
});
const buffered = (...traceIds: string[]) => ({
  isEmpty: traceIds.length === 0,
  has: (traceId: string): boolean => traceIds.includes(traceId),
});
const decide = (sampler: Sampler, traceId: string): SamplingResult =>
  sampler.shouldSample(ROOT_CONTEXT, traceId, 'a', SpanKind.INTERNAL, {}, []);

describe('BufferedTraceSampler', () => {
  it('records the spans of a buffered trace, with the attributes of the other sampler', () => {
    const sampler = new BufferedTraceSampler(
      fixed({ decision: NOT_RECORD, attributes: { a: 1 } }),
      buffered(BUFFERED),
    );
    expect(decide(sampler, BUFFERED)).toEqual({ decision: RECORD, attributes: { a: 1 } });
    expect(decide(sampler, OTHER).decision).toBe(NOT_RECORD);
  });

  it.each([RECORD, RECORD_AND_SAMPLED])('does not change the decision %s', decision => {
    const result = { decision };
    expect(decide(new BufferedTraceSampler(fixed(result), buffered(BUFFERED)), BUFFERED)).toBe(result);
  });

  it('is passed over as soon as no trace is buffered', () => {
    const delegate = fixed({ decision: NOT_RECORD });
    const inner = fixed({ decision: NOT_RECORD }, delegate);
    expect(new BufferedTraceSampler(inner, buffered()).delegate).toBe(delegate);
    expect(new BufferedTraceSampler(inner, buffered(BUFFERED)).delegate).toBeUndefined();
  });

  it('has the description of the other sampler', () => {
    expect(String(new BufferedTraceSampler(fixed({ decision: RECORD }), buffered()))).toBe('Fixed');
  });
});
