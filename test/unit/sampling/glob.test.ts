import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../src/sampling/glob.js';

/** The reference: a regular expression. */
function toExpression(pattern: string): RegExp {
  const escaped = pattern.split('*').map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}

describe('a glob', () => {
  it.each([
    ['/health*', '/healthz', true],
    ['/health*', '/health', true],
    ['/health*', '/a/health', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*.js', 'a.js', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*bc*c', 'abc', false],
    ['a.c', 'abc', false],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it('matches the same texts as the regular expression', () => {
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect(compileGlob(pattern)(text)).toBe(toExpression(pattern).test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends soon for a pattern that a regular expression would try for ever', () => {
    // A regular expression tries 2^50 paths. Here each part is searched once, so the test ends.
    expect(compileGlob(`${'*a'.repeat(5_000)}*b`)('a'.repeat(100_000))).toBe(false);
  });
});
