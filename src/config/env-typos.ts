// Finds variables that are not read, but probably meant: misspelt ones, whose name differs in one place from the name of a
// variable that is read, and those with an old name.

import type { OptionProblem } from '../core/errors.js';
import type { Env } from './env-reader.js';

/** The variables that were renamed. */
const RENAMED: readonly string[] = ['TRACE_EXPORTER', 'TRACE_SAMPLE', 'TRACE_FILE', 'TRACE_INSTRUMENT'];

const CANDIDATE = /^(?:OTEL|DO_TRACE)_/;

/**
 * Finds the variables whose name is one typing error away from a known one: a letter added, left out or replaced, or two
 * neighbours swapped. A larger distance would produce false reports: `OTEL_BLRP_…` is not a misspelt `OTEL_BSP_…`. The
 * problems do not show the values, which may be keys.
 *
 * @param env the environment; an object with getters that throw is accepted
 * @param known the names that are read
 */
export function findMisspeltVariables(env: Env, known: ReadonlySet<string>): OptionProblem[] {
  let names: string[];
  try {
    names = Object.keys(env).filter(
      name => CANDIDATE.test(name) && !known.has(name) && Boolean(env[name]?.trim()),
    );
  } catch {
    // The getters of an environment object threw: there are no names to compare.
    return [];
  }
  return names.flatMap(path => {
    const suggestion = [...known].find(name => isOneTypoApart(path, name));
    return suggestion === undefined ? [] : [unknownVariable(path, suggestion)];
  });
}

/**
 * Finds the variables with an old name, which are not read. Each problem suggests the new name.
 *
 * @param env the environment; an object with getters that throw is accepted
 */
export function findRenamedVariables(env: Env): OptionProblem[] {
  try {
    const names = RENAMED.filter(name => (env[name]?.trim() ?? '') !== '' && env[`DO_${name}`] === undefined);
    return names.map(name => unknownVariable(name, `DO_${name}`));
  } catch {
    // The getters of an environment object threw: there are no names to compare.
    return [];
  }
}

function unknownVariable(path: string, suggestion: string): OptionProblem {
  const [expected, received] = ['a known name', 'an unknown name'];
  return {
    code: 'unsupported_variable',
    path,
    expected,
    received,
    suggestion,
    fix: 'The variable is ignored.',
  };
}

function isOneTypoApart(written: string, known: string): boolean {
  if (Math.abs(written.length - known.length) > 1) return false;
  let shared = 0;
  while (shared < written.length && written[shared] === known[shared]) shared++;
  const [writtenRest, knownRest] = [written.slice(shared), known.slice(shared)];
  const swapped = `${writtenRest[1] ?? ''}${writtenRest[0] ?? ''}${writtenRest.slice(2)}`;
  return (
    writtenRest.slice(1) === knownRest.slice(1) ||
    writtenRest.slice(1) === knownRest ||
    writtenRest === knownRest.slice(1) ||
    swapped === knownRest
  );
}
