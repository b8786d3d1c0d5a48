import { describe, expect, it } from 'vitest';
import { createEnvReader } from '../../../src/config/env-reader.js';

const PERCENT = { min: 0, max: 100, isInteger: true, expected: 'a whole number from 0 to 100' };

describe('an environment reader', () => {
  it('returns the first variable that is set', () => {
    const reader = createEnvReader({ A: '', B: ' b ', C: 'c' });
    expect(reader.string('A', 'B', 'C')).toEqual({ name: 'B', value: 'b' });
    expect(reader.string('A', 'MISSING')).toBeUndefined();
    expect(reader.problems).toEqual([]);
  });

  it('records every requested name, set or not', () => {
    const reader = createEnvReader({ B: 'b' });
    reader.string('A', 'B', 'C');
    expect([...reader.requestedNames]).toEqual(['A', 'B', 'C']);
  });

  it.each([
    ['50', 50],
    ['+1', 1],
    ['1e2', 100],
    ['100.0', 100],
    ['0', 0],
  ])('number: %j is %d', (text, number) => {
    expect(createEnvReader({ A: text }).number(PERCENT, 'A')).toBe(number);
  });

  it.each([
    ['0x10', 'malformed_variable'],
    ['ten', 'malformed_variable'],
    ['Infinity', 'malformed_variable'],
    ['1 2', 'malformed_variable'],
    ['-1', 'out_of_range'],
    ['101', 'out_of_range'],
    ['1.5', 'out_of_range'],
  ])('number: %j is a problem with the code %s', (text, code) => {
    const reader = createEnvReader({ A: text });
    expect(reader.number(PERCENT, 'A')).toBeUndefined();
    expect(reader.problems).toEqual([
      {
        code,
        path: 'A',
        expected: PERCENT.expected,
        received: JSON.stringify(text),
        fix: 'The variable is ignored.',
      },
    ]);
  });

  it('number: the range can give the fix', () => {
    const reader = createEnvReader({ A: '101' });
    reader.number({ ...PERCENT, fix: () => 'Write 100.' }, 'A');
    expect(reader.problems[0]?.fix).toBe('Write 100.');
  });

  it('choice: keys match in any letter case', () => {
    const reader = createEnvReader({ A: 'TRUE', B: 'fales' });
    expect(reader.choice({ true: 1, false: 0 }, 'A')).toBe(1);
    expect(reader.choice({ true: 1, false: 0 }, 'B')).toBeUndefined();
    expect(reader.problems).toMatchObject([
      { code: 'malformed_variable', path: 'B', expected: "'true' or 'false'", suggestion: 'false' },
    ]);
  });

  it('choice: inherited keys of the table do not count', () => {
    const reader = createEnvReader({ A: 'constructor' });
    expect(reader.choice({ true: 1 }, 'A')).toBeUndefined();
    expect(reader.problems).toHaveLength(1);
  });

  it('list: without blanks and empty entries', () => {
    const reader = createEnvReader({ A: ' a, b ,,c,' });
    expect(reader.list('A')).toEqual({ name: 'A', entries: ['a', 'b', 'c'] });
    expect(reader.list('B')).toBeUndefined();
  });

  it('the same problem of a variable is reported once', () => {
    const reader = createEnvReader({ A: 'x' });
    for (let i = 0; i < 2; i++) reader.number(PERCENT, 'A');
    reader.addProblem('malformed_variable', { name: 'A', value: 'y' }, 'a number');
    expect(reader.problems.map(({ received }) => received)).toEqual(['"x"', '"y"']);
  });

  it('a variable whose getter throws, or whose value is not a string, is unset', () => {
    const env = Object.defineProperty({ B: 7 }, 'A', {
      get() {
        throw new Error('hostile');
      },
    }) as unknown as Record<string, string>;
    expect(createEnvReader(env).string('A', 'B')).toBeUndefined();
  });
});
