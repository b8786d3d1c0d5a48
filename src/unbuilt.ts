// Options that the design names and this version does not act on yet: accepted, and said, never silent.

import type { InitOptions } from './config/index.js';

/**
 * One line for each option that was set and has no effect in this version.
 *
 * @param given what was given to `init()`
 */
export function unbuiltOptions(given: InitOptions | undefined): string[] {
  const set: readonly (readonly [string, boolean])[] = [['redact', typeof given?.redact === 'object']];
  return set.flatMap(([name, isSet]) =>
    isSet ? [`${name} has no effect in this version; the changelog says when it comes`] : [],
  );
}
