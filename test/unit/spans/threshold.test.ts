// Thresholds against the Collector's own known answers, and the properties that make sampling consistent.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTraceState } from '@opentelemetry/api';
import { adjustedCount, formatOtMember, parseOtMember } from '../../../src/spans/ot-tracestate.js';
import { isKept, probabilityOf, thresholdOf } from '../../../src/spans/threshold.js';

interface Vectors {
  readonly cases: readonly { prob: number; exact: string; rounded: readonly string[] }[];
  readonly precision3: readonly { prob: number; th: string }[];
  readonly fullPrecision: readonly { prob: number; th: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/sampling/th-vectors.json', import.meta.url), 'utf8'),
) as Vectors;

const leadingDigits = (text: string): number => /^(?:0*|f*)/.exec(text)?.[0].length ?? 0;

describe('thresholds', () => {
  it.each(vectors.cases)('are the Collector’s for $prob', ({ prob, exact, rounded }) => {
    expect(thresholdOf(prob, 14)).toBe(exact);
    for (const each of rounded) {
      const zeros = each === '0' ? 0 : leadingDigits(each);
      expect(thresholdOf(prob, each.length - zeros)).toBe(each);
    }
  });

  it.each(vectors.precision3)('with three digits: $prob is $th', ({ prob, th }) => {
    expect(thresholdOf(prob, 3)).toBe(th);
  });

  it.each(vectors.fullPrecision)('with all digits: $prob is $th', ({ prob, th }) => {
    expect(thresholdOf(prob, 14)).toBe(th);
  });

  it('keep everything at 1 and more, and nothing at 0 and less', () => {
    expect([thresholdOf(1), thresholdOf(7), thresholdOf(0), thresholdOf(-1), thresholdOf(NaN)]).toEqual([
      '0',
      '0',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are there and back within their precision', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), probability => {
        const threshold = thresholdOf(probability);
        expect(threshold).toBeDefined();
        expect(Math.abs(probabilityOf(threshold ?? '') / probability - 1)).toBeLessThan(2 ** -12);
      }),
    );
  });

  it('keep nested sets: what a smaller probability keeps, a larger one keeps', () => {
    const probability = fc.double({ min: 1e-6, max: 1, noNaN: true });
    const randomness = fc.bigInt(0n, 2n ** 56n - 1n).map(value => value.toString(16).padStart(14, '0'));
    fc.assert(
      fc.property(probability, probability, randomness, (one, two, random) => {
        const [less, more] = [thresholdOf(Math.min(one, two)), thresholdOf(Math.max(one, two))];
        if (isKept(random, less ?? '~')) expect(isKept(random, more ?? '~')).toBe(true);
      }),
    );
  });

  it('compare as the numbers they stand for', () => {
    const digits = fc.bigInt(0n, 2n ** 56n - 1n).map(value => value.toString(16).padStart(14, '0'));
    fc.assert(
      fc.property(digits, digits, (random, padded) => {
        const threshold = padded.replace(/0+$/, '') || '0';
        expect(isKept(random, threshold)).toBe(BigInt(`0x${random}`) >= BigInt(`0x${padded}`));
      }),
    );
  });
});

describe('the ot member', () => {
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
  ])('%s', (value, member) => {
    expect(parseOtMember(value)).toEqual(member);
  });

  it('is written as it was read', () => {
    for (const text of ['th:fd70a', 'th:c;rv:6e6d1a75832a2f', 'th:c;x1:y', 'x1:y', '']) {
      expect(formatOtMember(parseOtMember(text))).toBe(text);
    }
  });

  it('says how many spans one stands for', () => {
    expect(adjustedCount(createTraceState('ot=th:8'))).toBe(2);
    expect(adjustedCount(createTraceState('ot=th:0'))).toBe(1);
    expect(adjustedCount(createTraceState('ot=th:fd70a'))).toBeCloseTo(100, 1);
    expect(adjustedCount(createTraceState('ot=rv:6e6d1a75832a2f'))).toBeUndefined();
    expect(adjustedCount(undefined)).toBeUndefined();
  });
});
