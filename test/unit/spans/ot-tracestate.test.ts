// The member of OpenTelemetry in tracestate: https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/

import { createTraceState, type TraceState } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  adjustedCount,
  formatOtMember,
  parseOtMember,
  readOtMember,
  setOtMember,
} from '../../../src/spans/ot-tracestate.js';

/** A tracestate of another library whose methods throw. */
const FOREIGN = {
  get() {
    throw new Error('not today');
  },
} as unknown as TraceState;

describe('parseOtMember', () => {
  it.each([
    ['th:fd70a', { threshold: 'fd70a', rest: [] }],
    ['rv:6e6d1a75832a2f;th:0', { threshold: '0', randomness: '6e6d1a75832a2f', rest: [] }],
    ['x1:y;th:c;z:', { threshold: 'c', rest: ['x1:y', 'z:'] }],
    ['th:FD', { rest: [] }],
    ['th:123456789012345', { rest: [] }],
    ['th:', { rest: [] }],
    ['rv:12', { rest: [] }],
    ['th:c;;', { rest: [] }],
    ['no colon', { rest: [] }],
    ['', { rest: [] }],
    [`a:${'x'.repeat(300)}`, { rest: [] }],
    [undefined, { rest: [] }],
  ])('reads %s', (value, member) => {
    expect(parseOtMember(value)).toEqual(member);
  });
});

describe('formatOtMember', () => {
  it('writes the text that was parsed', () => {
    for (const text of ['th:fd70a', 'th:c;rv:6e6d1a75832a2f', 'th:c;x1:y', 'x1:y', '']) {
      expect(formatOtMember(parseOtMember(text))).toBe(text);
    }
  });
});

describe('readOtMember', () => {
  it('reads the member of a tracestate', () => {
    expect(readOtMember(createTraceState('vendor=x,ot=th:8'))).toEqual({ threshold: '8', rest: [] });
    expect(readOtMember(createTraceState('vendor=x'))).toEqual({ rest: [] });
    expect(readOtMember(undefined)).toEqual({ rest: [] });
  });

  it('does not throw for a tracestate that throws', () => {
    expect(readOtMember(FOREIGN)).toEqual({ rest: [] });
  });
});

describe('setOtMember', () => {
  it('puts the member in front of the others', () => {
    const state = createTraceState('a=1,ot=th:8,b=2');
    expect(setOtMember(state, { threshold: 'c', rest: ['x:y'] }).serialize()).toBe('ot=th:c;x:y,a=1,b=2');
  });

  it('removes an empty member', () => {
    expect(setOtMember(createTraceState('a=1,ot=th:8'), { rest: [] }).serialize()).toBe('a=1');
  });

  it('returns the same object if the member is the same', () => {
    const state = createTraceState('a=1,ot=th:8');
    expect(setOtMember(state, { threshold: '8', rest: [] })).toBe(state);
  });

  it('removes the last members beyond 32 members and beyond 512 characters', () => {
    const full = createTraceState(Array.from({ length: 32 }, (_, i) => `k${i}=v`).join(','));
    const members = setOtMember(full, { threshold: '8', rest: [] }).serialize().split(',');
    expect(members).toHaveLength(32);
    expect([members[0], members.at(-1)]).toEqual(['ot=th:8', 'k30=v']);
    const long = createTraceState(`a=${'x'.repeat(200)},b=${'x'.repeat(200)},c=${'x'.repeat(100)}`);
    const shortened = setOtMember(long, { threshold: '8', rest: [] }).serialize();
    expect(shortened.length).toBeLessThanOrEqual(512);
    expect(shortened.split(',').map(member => member.split('=')[0])).toEqual(['ot', 'a', 'b']);
  });

  it('returns a tracestate that throws unchanged', () => {
    expect(setOtMember(FOREIGN, { threshold: '8', rest: [] })).toBe(FOREIGN);
  });
});

describe('adjustedCount', () => {
  it('is the inverse of the sampling probability', () => {
    expect(adjustedCount(createTraceState('ot=th:8'))).toBe(2);
    expect(adjustedCount(createTraceState('ot=th:0'))).toBe(1);
    expect(adjustedCount(createTraceState('ot=th:fd70a'))).toBeCloseTo(100, 1);
  });

  it('is undefined without a threshold', () => {
    expect(adjustedCount(createTraceState('ot=rv:6e6d1a75832a2f'))).toBeUndefined();
    expect(adjustedCount(undefined)).toBeUndefined();
  });
});
