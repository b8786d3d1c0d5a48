import { createTraceState, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { RecordAllSampler } from '../../../src/sampling/record-all-sampler.js';

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

const returning = (result: SamplingResult): Sampler => ({
  shouldSample: () => result,
  toString: () => 'Fixed',
});

const decide = (sampler: Sampler): SamplingResult =>
  sampler.shouldSample(ROOT_CONTEXT, TRACE_ID, 'a', SpanKind.INTERNAL, {}, []);

describe('RecordAllSampler', () => {
  it('records a span that the other sampler does not sample', () => {
    expect(decide(new RecordAllSampler(returning({ decision: NOT_RECORD })))).toEqual({ decision: RECORD });
  });

  it('keeps tracestate and attributes of that result', () => {
    const traceState = createTraceState('a=1');
    const result = { decision: NOT_RECORD, traceState, attributes: { rule: 'x' } };
    expect(decide(new RecordAllSampler(returning(result)))).toEqual({ ...result, decision: RECORD });
  });

  it.each([RECORD, RECORD_AND_SAMPLED])('returns any other result unchanged: %i', decision => {
    const result = { decision };
    expect(decide(new RecordAllSampler(returning(result)))).toBe(result);
  });

  it('follows local parents if the other sampler does', () => {
    for (const delegate of [
      new ParentBasedSampler({ root: new AlwaysOffSampler() }),
      { ...returning({ decision: NOT_RECORD }), localDecision: () => NOT_RECORD },
    ]) {
      const sampler = new RecordAllSampler(delegate);
      expect(sampler.localDecision?.(true)).toBe(RECORD_AND_SAMPLED);
      expect(sampler.localDecision?.(false)).toBe(RECORD);
    }
  });

  it('has no decision for local parents if the other sampler has none', () => {
    expect(new RecordAllSampler(new AlwaysOnSampler()).localDecision).toBeUndefined();
  });

  it('names the other sampler in its description', () => {
    expect(new RecordAllSampler(returning({ decision: RECORD })).toString()).toBe('RecordAll{Fixed}');
  });
});
