// Reads variables of the environment. What cannot be read becomes a problem; nothing here throws.

import type { Problem, ProblemCode } from '../core/errors.js';
import { suggest } from '../core/suggest.js';
import { formatText } from '../core/format-value.js';
import { orList, type Range } from './validators.js';

/** The environment: usually `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** One variable that is set. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** How a problem is told, beyond its fact. */
export interface Hint {
  readonly received?: string;
  readonly suggestion?: string | undefined;
  readonly fix?: string;
}

/** Reads variables by name; an empty one counts as unset, as OpenTelemetry wants. */
export interface EnvReader {
  readonly problems: Problem[];
  /** The names that were asked for. */
  readonly asked: ReadonlySet<string>;
  /** The first of these variables that is set. */
  text(...names: readonly string[]): Variable | undefined;
  /** The first of these as a number in a range. */
  number(range: Range, ...names: readonly string[]): number | undefined;
  /** The first of these as one of the keys of a table, in any case. */
  choice<T>(table: Readonly<Record<string, T>>, ...names: readonly string[]): T | undefined;
  /** The first of these as a list with commas, blanks and empty entries removed. */
  list(
    ...names: readonly string[]
  ): { readonly name: string; readonly entries: readonly string[] } | undefined;
  /** Notes that a variable cannot be used. */
  refuse(code: ProblemCode, variable: Variable, expected: string, hint?: Hint): undefined;
}

const GOES_ON = 'It is ignored.';
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Makes a reader of the environment.
 *
 * @param env the environment; hostile objects are survived
 */
export function createEnvReader(env: Env): EnvReader {
  const problems: Problem[] = [];
  const asked = new Set<string>();

  function text(...names: readonly string[]): Variable | undefined {
    for (const name of names) asked.add(name);
    for (const name of names) {
      const value = lookUp(env, name);
      if (value !== undefined) return { name, value };
    }
    return undefined;
  }

  function refuse(code: ProblemCode, variable: Variable, expected: string, hint: Hint = {}): undefined {
    const { received = formatText(variable.value), suggestion, fix = GOES_ON } = hint;
    // A general variable stands behind several limits and is said once.
    const isSaid = problems.some(
      said => said.path === variable.name && said.code === code && said.received === received,
    );
    if (isSaid) return;
    problems.push({
      code,
      path: variable.name,
      expected,
      received,
      ...(suggestion === undefined ? {} : { suggestion }),
      fix,
    });
  }

  return {
    problems,
    asked,
    text,
    refuse,
    number(range, ...names) {
      const variable = text(...names);
      if (variable === undefined) return undefined;
      // Number() alone would take 0x10 and the empty string.
      const value = DECIMAL.test(variable.value) ? Number(variable.value) : Number.NaN;
      if (Number.isNaN(value)) return refuse('malformed_variable', variable, range.expected);
      const whole = range.integer !== true || Number.isInteger(value);
      if (value >= range.min && value <= range.max && whole) return value;
      const fix = range.fix?.(value);
      return refuse('out_of_range', variable, range.expected, fix === undefined ? {} : { fix });
    },
    choice(table, ...names) {
      const variable = text(...names);
      if (variable === undefined) return undefined;
      const key = variable.value.toLowerCase();
      if (Object.hasOwn(table, key)) return table[key];
      const known = Object.keys(table);
      return refuse('malformed_variable', variable, orList(known), { suggestion: suggest(key, known) });
    },
    list(...names) {
      const variable = text(...names);
      if (variable === undefined) return undefined;
      const entries = variable.value.split(',').map(entry => entry.trim());
      return { name: variable.name, entries: entries.filter(entry => entry !== '') };
    },
  };
}

function lookUp(env: Env, name: string): string | undefined {
  let value: unknown;
  try {
    value = env[name];
  } catch {
    // An environment made by hand whose getter throws: the variable counts as unset.
    return undefined;
  }
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}
