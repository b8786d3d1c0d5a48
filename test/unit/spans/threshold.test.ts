// The known answers of the Collector, and the properties that make sampling consistent.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKept, toProbability, toThreshold } from '../../../src/spans/threshold.js';

interface Vectors {
  readonly cases: readonly { prob: number; exact: string; rounded: readonly string[] }[];
  readonly precision3: readonly { prob: number; th: string }[];
  readonly fullPrecision: readonly { prob: number; th: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/sampling/th-vectors.json', import.meta.url), 'utf8'),
) as Vectors;

const leadingDigits = (text: string): number => /^(?:0*|f*)/.exec(text)?.[0].length ?? 0;

describe('a threshold', () => {
  it.each(vectors.cases)('for the probability $prob is that of the Collector', ({ prob, exact, rounded }) => {
    expect(toThreshold(prob, 14)).toBe(exact);
    for (const each of rounded) {
      const zeros = each === '0' ? 0 : leadingDigits(each);
      expect(toThreshold(prob, each.length - zeros)).toBe(each);
    }
  });

  it.each(vectors.precision3)('with three digits: $prob is $th', ({ prob, th }) => {
    expect(toThreshold(prob, 3)).toBe(th);
  });

  it.each(vectors.fullPrecision)('with all digits: $prob is $th', ({ prob, th }) => {
    expect(toThreshold(prob, 14)).toBe(th);
  });

  it('keeps every trace at 1 and more, and none at 0 and less', () => {
    expect([toThreshold(1), toThreshold(7), toThreshold(0), toThreshold(-1), toThreshold(NaN)]).toEqual([
      '0',
      '0',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('has the probability that it was made of, within its precision', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), probability => {
        const threshold = toThreshold(probability);
        expect(threshold).toBeDefined();
        expect(Math.abs(toProbability(threshold ?? '') / probability - 1)).toBeLessThan(2 ** -12);
      }),
    );
  });

  it('keeps every trace that a threshold of a smaller probability keeps', () => {
    const probability = fc.double({ min: 1e-6, max: 1, noNaN: true });
    const randomness = fc.bigInt(0n, 2n ** 56n - 1n).map(value => value.toString(16).padStart(14, '0'));
    fc.assert(
      fc.property(probability, probability, randomness, (one, two, random) => {
        const [less, more] = [toThreshold(Math.min(one, two)), toThreshold(Math.max(one, two))];
        if (isKept(random, less ?? '~')) expect(isKept(random, more ?? '~')).toBe(true);
      }),
    );
  });

  it('compares as text like its number', () => {
    const digits = fc.bigInt(0n, 2n ** 56n - 1n).map(value => value.toString(16).padStart(14, '0'));
    fc.assert(
      fc.property(digits, digits, (random, padded) => {
        const threshold = padded.replace(/0+$/, '') || '0';
        expect(isKept(random, threshold)).toBe(BigInt(`0x${random}`) >= BigInt(`0x${padded}`));
      }),
    );
  });
});
