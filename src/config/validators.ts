// The small parts that options are checked with. A reader takes a value that may be anything, answers a clean copy,
// or notes a problem and answers undefined. Each property is read once, so a getter runs once.

import type { Problem, ProblemCode } from '../core/errors.js';
import { own } from '../core/known-names.js';
import { suggest } from '../core/suggest.js';
import { formatText, formatValue } from '../core/format-value.js';

/** Where a reader stands, and where it notes what is wrong. */
export interface At {
  readonly path: string;
  readonly problems: Problem[];
}

/** Checks and copies one value. */
export type Reader<T> = (value: unknown, at: At) => T | undefined;

/** One reader for each option, so that an option without a check does not compile. */
export type Fields<T> = { readonly [K in keyof T]-?: Reader<Exclude<T[K], undefined>> };

/** The range a number must lie in, both ends included. */
export interface Range {
  readonly min: number;
  readonly max: number;
  /** Whole numbers only. */
  readonly integer?: boolean;
  readonly expected: string;
  /** What to write instead, where it can be guessed. */
  readonly fix?: (value: number) => string | undefined;
}

const MAX_ENTRIES = 1_000;

/** Notes one problem and answers undefined, so that a reader can end with it. */
export function refuse(
  at: At,
  code: ProblemCode,
  expected: string,
  received: string,
  hint: { readonly suggestion?: string | undefined; readonly fix?: string | undefined } = {},
): undefined {
  at.problems.push({
    code,
    path: at.path,
    expected,
    received,
    ...(hint.suggestion === undefined ? {} : { suggestion: hint.suggestion }),
    ...(hint.fix === undefined ? {} : { fix: hint.fix }),
  });
}

/** Runs a reader; whatever a hostile value throws becomes a problem. */
export function attempt<T>(reader: () => T | undefined, at: At): T | undefined {
  try {
    return reader();
  } catch {
    // A getter or proxy of the value threw: the value cannot be used, and its error is not ours to pass on.
    return refuse(at, 'wrong_type', 'a value that can be read', 'an object that throws when it is read');
  }
}

/** Text that is not empty. */
export const text: Reader<string> = (value, at) => {
  if (typeof value !== 'string') return refuse(at, 'wrong_type', 'a string', described(value));
  return value.trim() === ''
    ? refuse(at, 'wrong_type', 'a string that is not empty', formatValue(value))
    : value;
};

/** True or false. */
export const flag: Reader<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : refuse(at, 'wrong_type', 'true or false', described(value));

/** A number in a range. */
export function number(range: Range): Reader<number> {
  return (value, at) => {
    if (typeof value !== 'number') return refuse(at, 'wrong_type', range.expected, described(value));
    const whole = range.integer !== true || Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
    if (value >= range.min && value <= range.max && whole) return value;
    return refuse(at, 'out_of_range', range.expected, String(value), { fix: range.fix?.(value) });
  };
}

/** One of a few names. */
export function oneOf<const T extends string>(
  known: readonly T[],
  code: ProblemCode = 'wrong_type',
  aliases: Readonly<Record<string, T>> = {},
): Reader<T> {
  const expected = orList(known);
  const nearby = [...known, ...Object.keys(aliases)];
  return (value, at) => {
    if (typeof value !== 'string') return refuse(at, 'wrong_type', expected, described(value));
    const found = known.find(name => name === value);
    if (found !== undefined) return found;
    const near = suggest(value, nearby);
    const suggestion = near === undefined ? undefined : (own(aliases, near) ?? near);
    return refuse(at, code, expected, formatText(value), { suggestion });
  };
}

/** A list; each entry is read by itself. */
export function list<T>(entry: Reader<T>, expected: string): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return refuse(at, 'wrong_type', expected, described(value));
    const { length } = value;
    if (length > MAX_ENTRIES)
      return refuse(at, 'out_of_range', `at most ${MAX_ENTRIES} entries`, `${length} entries`);
    const entries: T[] = [];
    for (let index = 0; index < length; index++) {
      const here = { path: `${at.path}[${index}]`, problems: at.problems };
      const read = attempt(() => entry(value[index], here), here);
      if (read !== undefined) entries.push(read);
    }
    return entries;
  };
}

/**
 * An object with these options and no others.
 *
 * @param fields a reader for each option
 * @param required the options that must be there
 * @param foreign what other tools call these options
 */
export function shape<T extends object>(
  fields: Fields<T>,
  required: readonly (keyof T & string)[] = [],
  foreign: Readonly<Record<string, string>> = {},
): Reader<T> {
  const known = Object.keys(fields) as (keyof T & string)[];
  return (value, at) => {
    const source = record(value, at);
    if (source === undefined) return undefined;
    // First, because what is wrong with the others may follow from it.
    for (const key of attempt(() => Object.keys(source), at) ?? []) {
      if (Object.hasOwn(fields, key)) continue;
      const suggestion = Object.hasOwn(foreign, key) ? foreign[key] : suggest(key, known);
      refuse(under(at, key), 'unknown_option', `one of ${known.join(', ')}`, formatText(key), { suggestion });
    }
    const clean: Partial<T> = {};
    for (const key of known) {
      const here = under(at, key);
      const field = attempt(() => {
        const given = source[key];
        if (given !== undefined) return fields[key](given, here);
        return required.includes(key)
          ? refuse(here, 'wrong_type', 'a value, it is required', 'nothing')
          : undefined;
      }, here);
      if (field !== undefined) clean[key] = field;
    }
    // Every key was read by its own reader; required ones that are missing are noted, and the caller throws.
    return clean as T;
  };
}

/** An object that is no list, as something whose keys can be read. */
export function record(value: unknown, at: At): Readonly<Record<string, unknown>> | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  return refuse(at, 'wrong_type', 'an object', described(value));
}

/** What was received, telling lists from other objects. */
export function described(value: unknown): string {
  return Array.isArray(value) ? 'a list' : formatValue(value);
}

/** Names as a sentence says them: `'a', 'b' or 'c'`. */
export function orList(names: readonly string[]): string {
  const quoted = names.map(name => `'${name}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

/** The place one level down: `sample.ratio`, or `attributes["my key"]` where the key is no word. */
export function under(at: At, key: string): At {
  const short = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  const step = /^[\w$-]+$/.test(key) ? short : `[${JSON.stringify(short)}]`;
  return {
    path: at.path === '' || step.startsWith('[') ? at.path + step : `${at.path}.${step}`,
    problems: at.problems,
  };
}
