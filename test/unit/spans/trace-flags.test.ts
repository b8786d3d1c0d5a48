import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSampled, RANDOM_FLAG, getRandomFlag, SAMPLED_FLAG } from '../../../src/spans/trace-flags.js';
import { FLAG_RANDOM, FLAG_SAMPLED, traceparent } from '../../../src/w3c/traceparent.js';

describe('the trace flags', () => {
  it('are those of the w3c layer, which has a copy of them', () => {
    expect(SAMPLED_FLAG).toBe(FLAG_SAMPLED);
    expect(RANDOM_FLAG).toBe(FLAG_RANDOM);
  });

  it('are read like those of a traceparent', () => {
    fc.assert(
      fc.property(fc.nat(0xff), traceFlags => {
        const parsed = { flags: traceFlags } as Parameters<typeof traceparent.isSampled>[0];
        expect(isSampled({ traceFlags })).toBe(traceparent.isSampled(parsed));
        expect(getRandomFlag({ traceFlags }) !== 0).toBe(traceparent.isRandom(parsed));
      }),
    );
  });
});

describe('isSampled', () => {
  it.each([
    [0x00, false],
    [0x01, true],
    [0x02, false],
    [0x03, true],
  ])('of the flags %i is %s', (traceFlags, expected) => {
    expect(isSampled({ traceFlags })).toBe(expected);
  });
});

describe('getRandomFlag', () => {
  it.each([
    [0x00, 0],
    [0x01, 0],
    [0x02, RANDOM_FLAG],
    [0xff, RANDOM_FLAG],
  ])('of the flags %i is %i', (traceFlags, expected) => {
    expect(getRandomFlag({ traceFlags })).toBe(expected);
  });
});
