// Copies of the arguments of a client call, which receive the context.

import { guarded } from '../core/guard.js';

/**
 * Copies the options of a client call, so that the copy can be filled. The originals are not modified, because
 * applications use the same options and records for many calls.
 *
 * @param system the messaging system, for the diagnostic
 * @param copy makes the copy; may throw
 * @returns undefined if the options cannot be copied
 */
export function copyForClient<C>(system: string, copy: () => C): C | undefined {
  return guarded<C | undefined>(`copying the options of a ${system} message`, copy, undefined);
}
