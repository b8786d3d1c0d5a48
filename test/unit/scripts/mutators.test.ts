// The operators of `npm run test:mutation` on small snippets, and its sample.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isValid, mutantsOf, mutate, sampleOf } from '../../../scripts/mutation/mutators.mjs';

/** The mutated texts of a snippet. */
const mutationsOf = (text: string): string[] => mutantsOf('a.ts', text).map(mutant => mutate(text, mutant));

describe('mutantsOf', () => {
  it.each([
    ['x = a < b', ['x = a <= b']],
    ['x = a <= b', ['x = a < b']],
    ['x = a > b', ['x = a >= b']],
    ['x = a >= b', ['x = a > b']],
    ['x = a === b', ['x = a !== b']],
    ['x = a !== b', ['x = a === b']],
    ['x = a == b', ['x = a != b']],
    ['x = a != b', ['x = a == b']],
    ['x = a + b', ['x = a - b']],
    ['x = a - b', ['x = a + b']],
    ['x = a * b', ['x = a / b']],
    ['x = a / b', ['x = a * b']],
    ['x = a % b', ['x = a * b']],
    ['x = a & b', ['x = a | b']],
    ['x = a | b', ['x = a & b']],
    ['x = a << b', ['x = a >>> b']],
    ['x = a >> b', ['x = a << b']],
    ['x = a >>> b', ['x = a << b']],
    ['x = a && b', ['x = a || b']],
    ['x = a || b', ['x = a && b']],
    ['x = !a', ['x = (a)']],
    ['x = -a', ['x = (a)']],
    ['x = true', ['x = false']],
    ['x = false', ['x = true']],
    ['x = 16', ['x = (16 + 1)']],
    ['x = a ? b : c', ['x = true ? b : c', 'x = false ? b : c']],
    ['x = Math.min(a, b)', ['x = Math.max(a, b)']],
    ['x = a.some(f)', ['x = a.every(f)']],
    ['x = a.startsWith(b)', ['x = a.endsWith(b)']],
    ['x = Math.floor(a)', ['x = Math.ceil(a)']],
    ['x = a.toLowerCase()', ['x = a.toUpperCase()']],
  ])('%s', (text, mutations) => {
    // Inside a declaration, which is no statement to remove.
    const declaration = `const ${text};`;
    expect(mutationsOf(declaration)).toEqual(mutations.map(mutation => `const ${mutation};`));
  });

  it('replaces ?? with parentheses, because && and ?? cannot be mixed', () => {
    const mutations = mutationsOf('const x = a ?? b ?? c;');
    expect(mutations).toEqual(['const x = ((a ?? b) && (c));', 'const x = ((a) && (b)) ?? c;']);
    expect(mutations.every(isValid)).toBe(true);
  });

  it('makes conditions constant, and loops empty', () => {
    expect(mutationsOf('if (a) {}')).toEqual(['if (true) {}', 'if (false) {}']);
    expect(mutationsOf('while (a) {}')).toEqual(['while (false) {}']);
    expect(mutationsOf('for (; a; ) {}')).toEqual(['for (; false; ) {}']);
  });

  it('removes statements, but no call of super()', () => {
    expect(mutationsOf('f();')).toEqual([';']);
    expect(mutationsOf('a += b;')).toEqual([';', 'a -= b;']);
    expect(mutationsOf('class A extends B { constructor() { super(); } }')).toEqual([]);
  });

  it('changes no type, import, property name and concatenation of texts', () => {
    const text = `import { a } from 'b';
      export type { T } from 't';
      type U = 1 | true;
      interface V { w: -1 }
      const x = { 7: a as 1 | 2 };
      const y: false | undefined = undefined;
      const z = 'text' + a;`;
    expect(mutationsOf(text)).toEqual([]);
  });

  it('names the line, and keeps the ids of a line that moves', () => {
    const [before] = mutantsOf('a.ts', 'const x = a < b;');
    const [after] = mutantsOf('a.ts', '// A comment.\n\n  const x = a < b;');
    expect([before?.line, after?.line]).toEqual([1, 3]);
    expect(after?.id).toBe(before?.id);
    expect(mutantsOf('b.ts', 'const x = a < b;')[0]?.id).not.toBe(before?.id);
  });

  it('gives equal mutants of equal lines different ids', () => {
    const mutants = mutantsOf('a.ts', 'f(a < b, a < b);\nf(a < b, a < b);');
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    expect(mutants).toHaveLength(6);
  });
});

describe('isValid', () => {
  it('finds syntax errors, and those of mixed operators', () => {
    expect(isValid('const x: number = a ?? b;')).toBe(true);
    expect(isValid('const x = ;')).toBe(false);
    expect(isValid('const x = a && b ?? c;')).toBe(false);
  });
});

describe('sampleOf', () => {
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, i) => `const x${i} = a${i} < b;`).join('\n');

  it('depends on the seed, and not on the order of the mutants', () => {
    const all = mutantsOf('a.ts', lines(50));
    const ids = (seed: string, mutants = all): string[] => sampleOf(mutants, 10, seed).map(({ id }) => id);
    expect(new Set(ids('one')).size).toBe(10);
    expect(ids('one', all.toReversed())).toEqual(ids('one'));
    expect(ids('two')).not.toEqual(ids('one'));
  });

  it('changes by one mutant at most for each new mutant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10 }), (count, added) => {
        const ids = (n: number): string[] =>
          sampleOf(mutantsOf('a.ts', lines(n)), 10, 'seed').map(({ id }) => id);
        const before = new Set(ids(count));
        const kept = ids(count + added).filter(id => before.has(id));
        expect(kept.length).toBeGreaterThanOrEqual(before.size - added);
      }),
    );
  });
});
