// Reads environment variables. A variable that cannot be read becomes a problem. No function throws.

import type { OptionProblem } from '../core/errors.js';
import type { KnownOptionProblemCode } from '../core/problem-codes.js';
import { formatText } from '../core/format-value.js';
import { suggest } from '../core/suggest.js';
import { formatAlternatives, type NumberRange } from '../core/validators.js';

/** The environment, usually `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A variable that is set. */
export interface EnvVariable {
  readonly name: string;
  readonly value: string;
}

/** A variable that is set to a list. */
export interface EnvListVariable {
  readonly name: string;
  readonly entries: readonly string[];
}

/** The optional parts of a problem. */
export interface ProblemDetails {
  /** @default the value of the variable, shortened and masked */
  readonly received?: string;
  readonly suggestion?: string | undefined;
  /** @default 'The variable is ignored.' */
  readonly fix?: string;
}

/** Reads variables by name. An empty variable counts as unset, as OpenTelemetry specifies. */
export interface EnvReader {
  readonly problems: OptionProblem[];
  /** The names that were read, set or not. */
  readonly requestedNames: ReadonlySet<string>;
  /** Returns the first of these variables that is set. */
  string(...names: readonly string[]): EnvVariable | undefined;
  /** Returns the first of these variables as a number in a range. */
  number(range: NumberRange, ...names: readonly string[]): number | undefined;
  /** Returns the value that a table has for the first of these variables. Keys match in any letter case. */
  choice<T>(table: Readonly<Record<string, T>>, ...names: readonly string[]): T | undefined;
  /** Returns the first of these variables as a comma-separated list, without blanks and empty entries. */
  list(...names: readonly string[]): EnvListVariable | undefined;
  /** Adds a problem of a variable. It returns undefined, so that a function can end with it. */
  addProblem(
    code: KnownOptionProblemCode,
    variable: EnvVariable,
    expected: string,
    details?: ProblemDetails,
  ): undefined;
}

const DEFAULT_FIX = 'The variable is ignored.';
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Creates a reader of the environment.
 *
 * @param env the environment; an object with getters that throw is accepted
 */
export function createEnvReader(env: Env): EnvReader {
  const problems: OptionProblem[] = [];
  const requestedNames = new Set<string>();

  function string(...names: readonly string[]): EnvVariable | undefined {
    for (const name of names) requestedNames.add(name);
    for (const name of names) {
      const value = readVariable(env, name);
      if (value !== undefined) return { name, value };
    }
    return undefined;
  }

  function addProblem(
    code: KnownOptionProblemCode,
    variable: EnvVariable,
    expected: string,
    details: ProblemDetails = {},
  ): undefined {
    const { received = formatText(variable.value), suggestion, fix = DEFAULT_FIX } = details;
    const path = variable.name;
    // A general variable is read once for each limit that falls back to it, and reported once.
    const isDuplicate = problems.some(
      problem => problem.path === path && problem.code === code && problem.received === received,
    );
    if (isDuplicate) return;
    problems.push({
      code,
      path,
      expected,
      received,
      ...(suggestion === undefined ? {} : { suggestion }),
      fix,
    });
  }

  return {
    problems,
    requestedNames,
    string,
    addProblem,
    number(range, ...names) {
      const variable = string(...names);
      if (variable === undefined) return undefined;
      // Number() alone would accept 0x10 and the empty string.
      const value = DECIMAL.test(variable.value) ? Number(variable.value) : Number.NaN;
      if (Number.isNaN(value)) return addProblem('malformed_variable', variable, range.expected);
      const hasRightForm = range.isInteger !== true || Number.isInteger(value);
      if (value >= range.min && value <= range.max && hasRightForm) return value;
      const fix = range.fix?.(value);
      return addProblem('out_of_range', variable, range.expected, fix === undefined ? {} : { fix });
    },
    choice(table, ...names) {
      const variable = string(...names);
      if (variable === undefined) return undefined;
      const key = variable.value.toLowerCase();
      if (Object.hasOwn(table, key)) return table[key];
      const known = Object.keys(table);
      const suggestion = suggest(key, known);
      return addProblem('malformed_variable', variable, formatAlternatives(known), { suggestion });
    },
    list(...names) {
      const variable = string(...names);
      if (variable === undefined) return undefined;
      const entries = variable.value.split(',').map(entry => entry.trim());
      return { name: variable.name, entries: entries.filter(entry => entry !== '') };
    },
  };
}

function readVariable(env: Env, name: string): string | undefined {
  let value: unknown;
  try {
    value = env[name];
  } catch {
    // The getter of an environment object threw: the variable counts as unset.
    return undefined;
  }
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}
