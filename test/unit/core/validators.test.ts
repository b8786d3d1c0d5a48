import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTraceError, type OptionProblem } from '../../../src/core/errors.js';
import {
  addProblem,
  addUnknownOptions,
  booleanValue,
  createChildContext,
  describeValue,
  formatAlternatives,
  isRecord,
  listOf,
  nonEmptyString,
  numberInRange,
  objectWith,
  oneOf,
  requireObject,
  throwIfInvalid,
  validateSafely,
  type Validator,
} from '../../../src/core/validators.js';

/** Runs a validator on a value, and returns its result and its problems. */
function run<T>(
  validator: Validator<T>,
  value: unknown,
): { clean: T | undefined; problems: OptionProblem[] } {
  const problems: OptionProblem[] = [];
  return { clean: validator(value, { path: 'option', problems }), problems };
}

const percent = numberInRange({
  min: 0,
  max: 100,
  isInteger: true,
  expected: 'a whole number from 0 to 100',
  fix: value => (value > 100 ? 'Write 100.' : undefined),
});

describe('valid values are returned', () => {
  it.each<[string, Validator<unknown>, unknown]>([
    ['nonEmptyString', nonEmptyString, 'a'],
    ['booleanValue', booleanValue, false],
    ['numberInRange, the lower bound', percent, 0],
    ['numberInRange, the upper bound', percent, 100],
    ['oneOf', oneOf(['a', 'b']), 'b'],
    ['listOf', listOf(nonEmptyString, 'names'), ['a', 'b']],
    ['listOf, empty', listOf(nonEmptyString, 'names'), []],
    ['objectWith', objectWith<{ a?: string }>({ a: nonEmptyString }), { a: 'x' }],
    ['plainObject', requireObject, { a: 1 }],
  ])('%s', (_, validator, value) => {
    expect(run(validator, value)).toEqual({ clean: value, problems: [] });
  });

  it('an infinite limit is a whole number', () => {
    const limit = numberInRange({
      min: 0,
      max: Number.POSITIVE_INFINITY,
      isInteger: true,
      expected: 'a limit',
    });
    expect(run(limit, Number.POSITIVE_INFINITY)).toEqual({ clean: Number.POSITIVE_INFINITY, problems: [] });
  });

  it('objectWith returns a copy and omits undefined values', () => {
    const given = { a: 'x', b: undefined };
    const { clean } = run(
      objectWith<{ a?: string; b?: string }>({ a: nonEmptyString, b: nonEmptyString }),
      given,
    );
    expect(clean).not.toBe(given);
    expect(Object.keys(clean ?? {})).toEqual(['a']);
  });
});

describe('invalid values are problems', () => {
  it.each<[string, Validator<unknown>, unknown, Partial<OptionProblem>]>([
    ['nonEmptyString', nonEmptyString, 5, { code: 'wrong_type', expected: 'a string', received: '5' }],
    ['nonEmptyString, blank', nonEmptyString, ' ', { expected: 'a string that is not empty' }],
    ['booleanValue', booleanValue, 'true', { expected: 'true or false', received: '"true"' }],
    ['numberInRange, too small', percent, -1, { code: 'out_of_range', received: '-1' }],
    ['numberInRange, too large', percent, 101, { code: 'out_of_range', fix: 'Write 100.' }],
    ['numberInRange, not whole', percent, 1.5, { code: 'out_of_range' }],
    ['numberInRange, not a number', percent, '1', { code: 'wrong_type' }],
    ['numberInRange, NaN', percent, Number.NaN, { code: 'out_of_range' }],
    ['oneOf', oneOf(['alpha', 'beta']), 'alhpa', { expected: "'alpha' or 'beta'", suggestion: 'alpha' }],
    ['oneOf, its code', oneOf(['a'], 'unknown_preset'), 'b', { code: 'unknown_preset' }],
    [
      'oneOf, an alias',
      oneOf(['consoleTree'], 'unknown_exporter', { logging: 'consoleTree' }),
      'loging',
      { suggestion: 'consoleTree' },
    ],
    ['oneOf, not a string', oneOf(['a']), ['a'], { code: 'wrong_type', received: 'a list' }],
    ['listOf', listOf(nonEmptyString, 'a list of names'), 'a', { expected: 'a list of names' }],
    ['plainObject', requireObject, [], { expected: 'a plain object', received: 'a list' }],
  ])('%s', (_, validator, value, expected) => {
    const { clean, problems } = run(validator, value);
    expect(clean).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: 'option', ...expected });
  });

  it('a problem without a suggestion or a fix has no such key', () => {
    const { problems } = run(percent, -1);
    expect(Object.keys(problems[0] ?? {})).toEqual(['code', 'path', 'expected', 'received']);
  });

  it('an invalid entry of a list is left out, and its problem has the index', () => {
    const { clean, problems } = run(listOf(nonEmptyString, 'names'), ['a', 5, 'b']);
    expect(clean).toEqual(['a', 'b']);
    expect(problems).toMatchObject([{ path: 'option[1]' }]);
  });

  it('a list has at most 1000 entries', () => {
    const names = listOf(nonEmptyString, 'names');
    const entries = Array.from({ length: 1_000 }, () => 'a');
    expect(run(names, entries).problems).toEqual([]);
    expect(run(names, [...entries, 'a']).problems).toMatchObject([
      { code: 'out_of_range', expected: 'at most 1000 entries', received: '1001 entries' },
    ]);
  });

  it('objectWith reports unknown options first, then missing ones', () => {
    const validator = objectWith<{ path?: string; size?: number }>({ path: nonEmptyString, size: percent }, [
      'path',
    ]);
    expect(run(validator, { paht: 'x', size: 200 }).problems).toMatchObject([
      { code: 'unknown_option', path: 'option.paht', suggestion: 'path', expected: 'one of path, size' },
      { code: 'wrong_type', path: 'option.path', received: 'nothing' },
      { code: 'out_of_range', path: 'option.size' },
    ]);
  });

  it('objectWith suggests the name for one that other tools use', () => {
    const validator = objectWith<{ sample?: string }>({ sample: nonEmptyString }, [], { sampler: 'sample' });
    expect(run(validator, { sampler: 1 }).problems).toMatchObject([{ suggestion: 'sample' }]);
    expect(run(validator, { constructor: 1 }).problems[0]?.suggestion).toBeUndefined();
  });
});

describe('validateSafely', () => {
  it('turns an exception into a problem', () => {
    const problems: OptionProblem[] = [];
    const thrown = validateSafely(
      () => {
        throw new Error('hostile');
      },
      { path: 'a', problems },
    );
    expect(thrown).toBeUndefined();
    expect(problems).toMatchObject([{ code: 'wrong_type', path: 'a' }]);
    expect(JSON.stringify(problems)).not.toContain('hostile');
  });

  it('reads each property of an object once', () => {
    let reads = 0;
    const given = {
      get a() {
        reads++;
        return 'x';
      },
    };
    run(objectWith<{ a?: string }>({ a: nonEmptyString }), given);
    expect(reads).toBe(1);
  });

  it('reports an object whose keys cannot be listed', () => {
    const given = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('hostile');
        },
      },
    );
    const problems: OptionProblem[] = [];
    addUnknownOptions(given, ['a'], { path: 'option', problems });
    expect(problems).toMatchObject([{ code: 'wrong_type', path: 'option' }]);
  });
});

describe('throwIfInvalid', () => {
  it('throws one error with all problems, and nothing without a problem', () => {
    const problems: OptionProblem[] = [];
    throwIfInvalid(problems);
    addProblem({ path: 'a', problems }, 'wrong_type', 'a string', '1');
    addProblem({ path: 'b', problems }, 'out_of_range', 'more', '2', { suggestion: 's', fix: 'f' });
    try {
      throwIfInvalid(problems);
      expect.unreachable('an error is expected');
    } catch (error) {
      expect(isTraceError(error) && error.problems).toEqual(problems);
    }
    expect(problems[1]).toEqual({
      code: 'out_of_range',
      path: 'b',
      expected: 'more',
      received: '2',
      suggestion: 's',
      fix: 'f',
    });
  });
});

describe('createChildContext', () => {
  it.each([
    ['', 'service', 'service'],
    ['sample', 'ratio', 'sample.ratio'],
    ['attributes', 'my key', 'attributes["my key"]'],
    ['attributes', 'my.key', 'attributes["my.key"]'],
    ['', 'my key', '["my key"]'],
    ['a', 'x'.repeat(70), `a.${'x'.repeat(60)}…`],
  ])('%j and %j: %s', (path, key, expected) => {
    const problems: OptionProblem[] = [];
    const child = createChildContext({ path, problems }, key);
    expect(child.path).toBe(expected);
    expect(child.problems).toBe(problems);
  });
});

describe('words', () => {
  it('describeValue distinguishes lists from other objects', () => {
    expect([[], {}, null, 'a', 1].map(describeValue)).toEqual(['a list', 'an object', 'null', '"a"', '1']);
    expect([new Date(0), new Map(), new Error('x'), Promise.resolve(), /x/].map(describeValue)).toEqual(
      ['Date', 'Map', 'Error', 'Promise', 'RegExp'].map(tag => `an object of the type ${tag}`),
    );
  });

  it('formatAlternatives joins quoted names', () => {
    expect(formatAlternatives([])).toBe('');
    expect(formatAlternatives(['a'])).toBe("'a'");
    expect(formatAlternatives(['a', 'b', 'c'])).toBe("'a', 'b' or 'c'");
  });
});

it('a validator never throws, and returns a value or adds a problem', () => {
  const validator = objectWith<{ a: readonly string[]; b?: number; c?: 'x' | 'y' }>(
    { a: listOf(nonEmptyString, 'names'), b: percent, c: oneOf(['x', 'y']) },
    ['a'],
  );
  const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString', 'd');
  const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true });
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(keys, anything), anything), value => {
      const { clean, problems } = run(validator, value);
      expect(clean !== undefined || problems.length > 0).toBe(true);
      if (problems.length === 0) expect(Array.isArray(clean?.a)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

describe('isRecord', () => {
  it.each<[string, unknown]>([
    ['an object', { a: 1 }],
    ['an object without prototype', Object.create(null)],
    [
      'an instance of a class',
      new (class Options {
        readonly a = 1;
      })(),
    ],
    ['a module', { [Symbol.toStringTag]: 'Module' }],
  ])('accepts %s', (_, value) => {
    expect(isRecord(value)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a list', []],
    ['a map', new Map()],
    ['a date', new Date(0)],
    ['an error', new Error('x')],
    ['a promise', Promise.resolve()],
    ['headers', new Headers()],
    ['bytes', new Uint8Array(1)],
    ['null', null],
    ['a function', () => 1],
    ['text', 'text'],
  ])('refuses %s, whose properties are no options', (_, value) => {
    expect(isRecord(value)).toBe(false);
  });
});
