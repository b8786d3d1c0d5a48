// The decisions of the head sampler, at a root and under a parent.

import { createTraceState, ROOT_CONTEXT, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { ConsistentSampler } from '../../../src/sampling/consistent-sampler.js';
import { createHeadSampler, type HeadSamplerOptions } from '../../../src/sampling/head-sampler.js';

const BASE: HeadSamplerOptions = { ratio: 1, followRemote: true, followParent: true };
const LOW = '0af7651916cd43dd84000000000000ff';
const HIGH = '0af7651916cd43dd84ffffffffffffff';

function decide(
  options: Partial<HeadSamplerOptions>,
  traceId: string,
  parent?: Partial<SpanContext>,
  name = 'root',
): [string | undefined, string | undefined] {
  const sampler = createHeadSampler({ ...BASE, ...options });
  const parentContext = { traceId, spanId: 'b7ad6b7169203331', traceFlags: 0, isRemote: true, ...parent };
  const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parentContext);
  const { decision, traceState } = sampler.shouldSample(context, traceId, name, SpanKind.INTERNAL, {}, []);
  return [SamplingDecision[decision], traceState?.serialize()];
}

const SAMPLED = 'RECORD_AND_SAMPLED';
const NOT_SAMPLED = 'NOT_RECORD';

describe('at the root', () => {
  it.each<[Partial<HeadSamplerOptions>, string, string, string | undefined]>([
    [{ ratio: 0.5 }, HIGH, SAMPLED, 'ot=th:8'],
    [{ ratio: 0.5 }, LOW, NOT_SAMPLED, undefined],
    [{ ratio: 0.01 }, HIGH, SAMPLED, 'ot=th:fd70a'],
    [{ rules: [{ name: 'root', ratio: 0.25 }], ratio: 0 }, HIGH, SAMPLED, 'ot=th:c'],
    [{ rules: [{ name: 'other', ratio: 1 }], ratio: 0 }, HIGH, NOT_SAMPLED, undefined],
    [{ rules: [{ name: 'r*', ratio: 0 }], ratio: 1 }, HIGH, NOT_SAMPLED, undefined],
    [{ rules: [{ name: 'r*', ratio: 1 }], ratio: 0 }, LOW, SAMPLED, 'ot=th:0'],
  ])('%j', (options, traceId, decision, state) => {
    expect(decide(options, traceId)).toEqual([decision, state]);
  });

  it('randomness equal to the threshold is sampled, and smaller randomness is not', () => {
    const prefix = '0af7651916cd43dd84';
    expect(decide({ ratio: 0.5 }, `${prefix}80000000000000`)).toEqual([SAMPLED, 'ot=th:8']);
    expect(decide({ ratio: 0.5 }, `${prefix}7fffffffffffff`)).toEqual([NOT_SAMPLED, undefined]);
  });

  it('traces with the same threshold share one tracestate', () => {
    const thresholds = ['8', '8', 'c', 'c'];
    const sampler = new ConsistentSampler(
      () => thresholds.shift(),
      { followParent: true, recordUnsampledRemote: false },
      'test',
    );
    const [first, second, third, fourth] = [1, 2, 3, 4].map(
      () => sampler.shouldSample(ROOT_CONTEXT, HIGH, 'a', SpanKind.INTERNAL, {}, []).traceState,
    );
    expect([first, third].map(state => state?.serialize())).toEqual(['ot=th:8', 'ot=th:c']);
    expect(second).toBe(first);
    expect(fourth).toBe(third);
  });

  it('each result has the threshold of its own policy decision', () => {
    const thresholds = ['8', 'c', '8'];
    const sampler = new ConsistentSampler(
      () => thresholds.shift(),
      { followParent: true, recordUnsampledRemote: false },
      'test',
    );
    const states = [1, 2, 3].map(() =>
      sampler.shouldSample(ROOT_CONTEXT, HIGH, 'a', SpanKind.INTERNAL, {}, []).traceState?.serialize(),
    );
    expect(states).toEqual(['ot=th:8', 'ot=th:c', 'ot=th:8']);
  });
});

describe('under a remote parent', () => {
  const sampled = { traceFlags: 1 };
  it.each<[string, Partial<HeadSamplerOptions>, string, Partial<SpanContext>, string, string | undefined]>([
    ['a sampled parent is followed', { ratio: 0.5 }, LOW, sampled, SAMPLED, undefined],
    ['an unsampled parent is followed', { ratio: 0.5 }, HIGH, {}, NOT_SAMPLED, undefined],
    ['rules apply to roots only', { rules: [{ ratio: 0 }] }, HIGH, sampled, SAMPLED, undefined],
    [
      'a threshold that agrees with the flag is passed on unchanged',
      { ratio: 0.5 },
      HIGH,
      { ...sampled, traceState: createTraceState('a=1,ot=th:c;x:y') },
      SAMPLED,
      undefined,
    ],
    [
      'a threshold that contradicts the flag is removed',
      { ratio: 0.5 },
      LOW,
      { ...sampled, traceState: createTraceState('a=1,ot=th:c;x:y') },
      SAMPLED,
      'ot=x:y,a=1',
    ],
    [
      'a threshold without the flag is removed',
      { ratio: 0.5 },
      HIGH,
      { traceState: createTraceState('ot=th:c') },
      NOT_SAMPLED,
      '',
    ],
    [
      'explicit randomness is compared',
      { ratio: 0.5 },
      LOW,
      { ...sampled, traceState: createTraceState('ot=th:c;rv:fffffffffffff0') },
      SAMPLED,
      undefined,
    ],
    [
      'a malformed member is passed on unchanged',
      { ratio: 0.5 },
      HIGH,
      { ...sampled, traceState: createTraceState('ot=no member') },
      SAMPLED,
      undefined,
    ],
    [
      'followRemote: false samples under an unsampled parent',
      { ratio: 0.5, followRemote: false },
      LOW,
      {},
      SAMPLED,
      undefined,
    ],
    [
      'followRemote: false sets the threshold of a probability of 1',
      { ratio: 0.5, followRemote: false },
      LOW,
      { traceState: createTraceState('a=1,ot=th:c') },
      SAMPLED,
      'ot=th:0,a=1',
    ],
    [
      'followParent: false decides anew and removes the old threshold',
      { ratio: 0.5, followParent: false },
      LOW,
      { ...sampled, traceState: createTraceState('ot=th:0') },
      NOT_SAMPLED,
      '',
    ],
    [
      'followParent: false keeps explicit randomness',
      { ratio: 0.5, followParent: false },
      LOW,
      { traceState: createTraceState('ot=rv:fffffffffffff0') },
      SAMPLED,
      'ot=th:8;rv:fffffffffffff0',
    ],
  ])('%s', (_, options, traceId, parent, decision, state) => {
    const [actual, actualState] = decide(options, traceId, parent);
    const stateBefore = parent.traceState?.serialize();
    expect([actual, actualState === stateBefore ? undefined : actualState]).toEqual([decision, state]);
  });
});

describe('under a local parent', () => {
  it.each([
    [{ ratio: 0.5 }, 1, SAMPLED],
    [{ ratio: 0.5 }, 0, NOT_SAMPLED],
    [{ ratio: 0.5, followParent: false }, 1, SAMPLED],
    [{ ratio: 0.5, followParent: false }, 0, NOT_SAMPLED],
    [{ ratio: 0.5, followRemote: false }, 0, NOT_SAMPLED],
  ] as const)('%j, flag %i: %s', (options, traceFlags, decision) => {
    for (const traceId of [LOW, HIGH]) {
      expect(decide(options, traceId, { traceFlags, isRemote: false })).toEqual([decision, undefined]);
    }
  });

  it('the flag is the whole decision', () => {
    const sampler = createHeadSampler({ ...BASE, ratio: 0.5 }) as ConsistentSampler;
    expect(SamplingDecision[sampler.localDecision(true)]).toBe(SAMPLED);
    expect(SamplingDecision[sampler.localDecision(false)]).toBe(NOT_SAMPLED);
  });
});
