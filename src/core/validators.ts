// Validators from which the checks of options are composed. A validator takes a value of any type. It returns a clean copy,
// or adds a problem and returns undefined. Each property is read once, so that a getter runs once.

import { type OptionProblem, TraceError } from './errors.js';
import { formatText, formatValue } from './format-value.js';
import { getOwn } from './known-names.js';
import type { KnownOptionProblemCode } from './problem-codes.js';
import { suggest } from './suggest.js';

/** The path of the value under validation, and the list that takes its problems. */
export interface ValidationContext {
  readonly path: string;
  readonly problems: OptionProblem[];
}

/** Validates and copies one value. */
export type Validator<T> = (value: unknown, context: ValidationContext) => T | undefined;

/** A validator for each option. An option without one does not compile. */
export type FieldValidators<T> = { readonly [K in keyof T]-?: Validator<Exclude<T[K], undefined>> };

/** The range of a number, both ends included. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Whole numbers only. @default false */
  readonly isInteger?: boolean;
  /** The range in words, for the problem. */
  readonly expected: string;
  /** Returns a fix for a number outside the range, if there is a likely one. */
  readonly fix?: (value: number) => string | undefined;
}

const MAX_ENTRIES = 1_000;
const MAX_KEY_LENGTH = 60;

/**
 * Throws the error that lists all problems.
 *
 * @param problems may be empty
 * @throws TraceError if there is a problem
 */
export function throwIfInvalid(problems: readonly OptionProblem[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw new TraceError([first, ...rest]);
}

/**
 * Adds one problem. It returns undefined, so that a validator can end with it.
 *
 * @param details the known name that was probably meant, and the fix
 */
export function addProblem(
  context: ValidationContext,
  code: KnownOptionProblemCode,
  expected: string,
  received: string,
  details: { readonly suggestion?: string | undefined; readonly fix?: string | undefined } = {},
): undefined {
  const { suggestion, fix } = details;
  context.problems.push({
    code,
    path: context.path,
    expected,
    received,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(fix === undefined ? {} : { fix }),
  });
}

/** Runs a function that reads a value of the user. An exception becomes a problem. */
export function validateSafely<T>(validate: () => T | undefined, context: ValidationContext): T | undefined {
  try {
    return validate();
  } catch {
    // A getter or a proxy of the user threw. The value cannot be used, and the caller does not expect that error.
    return addProblem(
      context,
      'wrong_type',
      'a value that can be read',
      'an object that throws when it is read',
    );
  }
}

/** A string with at least one visible character. */
export const nonEmptyString: Validator<string> = (value, context) => {
  if (typeof value !== 'string') return addProblem(context, 'wrong_type', 'a string', describeValue(value));
  if (value.trim() !== '') return value;
  return addProblem(context, 'wrong_type', 'a string that is not empty', formatValue(value));
};

/** True or false. */
export const booleanValue: Validator<boolean> = (value, context) =>
  typeof value === 'boolean'
    ? value
    : addProblem(context, 'wrong_type', 'true or false', describeValue(value));

/** Creates the validator of a number in a range. */
export function numberInRange(range: NumberRange): Validator<number> {
  const { min, max, isInteger = false, expected, fix } = range;
  return (value, context) => {
    if (typeof value !== 'number') return addProblem(context, 'wrong_type', expected, describeValue(value));
    const hasRightForm = !isInteger || Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
    if (value >= min && value <= max && hasRightForm) return value;
    return addProblem(context, 'out_of_range', expected, String(value), { fix: fix?.(value) });
  };
}

/**
 * Creates the validator of a name from a list.
 *
 * @param known the names
 * @param code the code of the problem for a string that is none of them
 * @param aliases names that other tools use: they are not accepted, but lead to a suggestion
 * @param expected the accepted values, if the option takes more than the names. @default the names
 */
export function oneOf<const T extends string>(
  known: readonly T[],
  code: KnownOptionProblemCode = 'wrong_type',
  aliases: Readonly<Record<string, T>> = {},
  expected: string = formatAlternatives(known),
): Validator<T> {
  const candidates = [...known, ...Object.keys(aliases)];
  return (value, context) => {
    if (typeof value !== 'string') return addProblem(context, 'wrong_type', expected, describeValue(value));
    const match = known.find(name => name === value);
    if (match !== undefined) return match;
    const nearest = suggest(value, candidates);
    const suggestion = nearest === undefined ? undefined : (getOwn(aliases, nearest) ?? nearest);
    return addProblem(context, code, expected, formatText(value), { suggestion });
  };
}

/**
 * Creates the validator of a list. Invalid entries are left out, each with a problem.
 *
 * @param entry validates one entry
 * @param expected the list in words
 */
export function listOf<T>(entry: Validator<T>, expected: string): Validator<readonly T[]> {
  return (value, context) => {
    if (!Array.isArray(value)) return addProblem(context, 'wrong_type', expected, describeValue(value));
    const { length } = value;
    if (length > MAX_ENTRIES) {
      return addProblem(context, 'out_of_range', `at most ${MAX_ENTRIES} entries`, `${length} entries`);
    }
    const entries: T[] = [];
    for (let index = 0; index < length; index++) {
      const entryContext = { path: `${context.path}[${index}]`, problems: context.problems };
      const clean = validateSafely(() => entry(value[index], entryContext), entryContext);
      if (clean !== undefined) entries.push(clean);
    }
    return entries;
  };
}

/**
 * Creates the validator of an object with these options and no others.
 *
 * @param fields a validator for each option
 * @param required the options that must be present
 * @param foreignNames names that other tools use for these options
 */
export function objectWith<T extends object>(
  fields: FieldValidators<T>,
  required: readonly (keyof T & string)[] = [],
  foreignNames: Readonly<Record<string, string>> = {},
): Validator<T> {
  const known = Object.keys(fields) as (keyof T & string)[];
  return (value, context) => {
    const source = requireObject(value, context);
    if (source === undefined) return undefined;
    // First, because a problem of another option may follow from a misspelt one.
    addUnknownOptions(source, known, context, foreignNames);
    const clean: Partial<T> = {};
    for (const key of known) {
      const fieldContext = createChildContext(context, key);
      const field = validateSafely(() => {
        const given = source[key];
        if (given !== undefined) return fields[key](given, fieldContext);
        if (!required.includes(key)) return undefined;
        return addProblem(fieldContext, 'wrong_type', 'a value, because the option is required', 'nothing');
      }, fieldContext);
      if (field !== undefined) clean[key] = field;
    }
    // Complete unless a problem was added, and the caller throws then.
    return clean as T;
  };
}

/**
 * Adds a problem for each option that does not exist.
 *
 * @param source the options
 * @param known the names of all options
 * @param foreignNames names that other tools use, with the name to suggest
 */
export function addUnknownOptions(
  source: object,
  known: readonly string[],
  context: ValidationContext,
  foreignNames: Readonly<Record<string, string>> = {},
): void {
  for (const key of validateSafely(() => Object.keys(source), context) ?? []) {
    if (known.includes(key)) continue;
    const suggestion = getOwn(foreignNames, key) ?? suggest(key, known);
    const expected = `one of ${known.join(', ')}`;
    addProblem(createChildContext(context, key), 'unknown_option', expected, formatText(key), { suggestion });
  }
}

/** An object that can hold options, as a record whose keys can be read. */
export function requireObject(
  value: unknown,
  context: ValidationContext,
): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : addProblem(context, 'wrong_type', 'a plain object', describeValue(value));
}

/** The tags of plain objects, instances of classes, and modules. */
const RECORD_TAGS: readonly string[] = ['Object', 'Module'];

/**
 * Whether a value can hold options. A list, a map, a date, an error or a promise cannot: it has no options among its
 * properties, so that it would be accepted without any effect.
 *
 * @throws if the value is a proxy that throws
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && RECORD_TAGS.includes(readTag(value));
}

function readTag(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** A refused value in a few words. Unlike `formatValue` it distinguishes lists, dates, maps and others from plain objects. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object' || value === null || isRecord(value)) return formatValue(value);
  return `an object of the type ${readTag(value).slice(0, MAX_KEY_LENGTH)}`;
}

/** Formats names as alternatives: `'a', 'b' or 'c'`. */
export function formatAlternatives(names: readonly string[]): string {
  const quoted = names.map(name => `'${name}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

/** The context of an option inside an object: `sample.ratio`, or `attributes["my key"]` for a key that is not a word. */
export function createChildContext(context: ValidationContext, key: string): ValidationContext {
  const { path, problems } = context;
  const shortKey = key.length > MAX_KEY_LENGTH ? `${key.slice(0, MAX_KEY_LENGTH)}…` : key;
  const step = /^[\w$-]+$/.test(key) ? shortKey : `[${JSON.stringify(shortKey)}]`;
  return { path: path === '' || step.startsWith('[') ? path + step : `${path}.${step}`, problems };
}
