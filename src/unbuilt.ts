// Options that the design names and this version does not act on yet: accepted, and said, never silent.

import type { InitOptions, ResolvedConfig } from './config/index.js';

/**
 * One line for each option that was set and has no effect in this version.
 *
 * @param given what was given to `init()`
 * @param config what options, environment and defaults came to
 */
export function unbuiltOptions(given: InitOptions | undefined, config: ResolvedConfig): string[] {
  const { keep } = config.sample;
  const set: readonly (readonly [string, boolean])[] = [
    ['sample.keep', keep.errors || keep.slowerThanMs !== undefined || keep.match.length > 0],
    ['redact', typeof given?.redact === 'object'],
  ];
  return set.flatMap(([name, isSet]) =>
    isSet ? [`${name} has no effect in this version; the changelog says when it comes`] : [],
  );
}
