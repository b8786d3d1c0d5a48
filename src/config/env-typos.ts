// Names of variables that are nearly one of those that are read: whoever set them believes that they hold.

import type { Problem } from '../core/errors.js';
import type { Env } from './env-reader.js';

const OURS = /^(?:OTEL|TRACE)_/;

/**
 * The variables whose name is one slip away from one that is read: a letter too many, missing, wrong, or two that changed places.
 * More would be guessing: `OTEL_BLRP_…` is no slip of `OTEL_BSP_…`. Their values are not shown, they may be keys.
 *
 * @param env the environment; hostile objects are survived
 * @param known the names that are read
 */
export function slipsIn(env: Env, known: ReadonlySet<string>): Problem[] {
  let names: string[];
  try {
    names = Object.keys(env).filter(
      name => OURS.test(name) && !known.has(name) && Boolean(env[name]?.trim()),
    );
  } catch {
    // An environment made by hand whose getters throw: there are no names to look at.
    return [];
  }
  return names.flatMap(path => {
    const suggestion = [...known].find(name => isOneSlip(path, name));
    if (suggestion === undefined) return [];
    const [expected, received] = ['a name that is read', 'one that is not'];
    return [
      { code: 'unsupported_variable' as const, path, expected, received, suggestion, fix: 'It is ignored.' },
    ];
  });
}

function isOneSlip(written: string, meant: string): boolean {
  if (Math.abs(written.length - meant.length) > 1) return false;
  let at = 0;
  while (at < written.length && written[at] === meant[at]) at++;
  const [rest, right] = [written.slice(at), meant.slice(at)];
  const swapped = `${rest[1] ?? ''}${rest[0] ?? ''}${rest.slice(2)}`;
  return (
    rest.slice(1) === right.slice(1) ||
    rest.slice(1) === right ||
    rest === right.slice(1) ||
    swapped === right
  );
}
