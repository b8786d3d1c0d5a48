// The options that an adapter hands to `publish` and `consume`, and the copies that it hands to the client.

import { guarded } from '../core/guard.js';
import { omitUndefined } from '../core/omit-undefined.js';
import type { AdapterOptions } from './types.js';
import { asRecord, type UnknownRecord } from './unknown-record.js';

/**
 * Merges the options of a message. If the message cannot be read, the defaults remain.
 *
 * @param read reads options from the message; may throw
 * @param defaults the options that do not depend on the message
 * @param overrides the options of the caller, which take precedence
 */
export function mergeAdapterOptions<O extends { readonly system: string; readonly destination: string }>(
  read: () => object,
  defaults: O,
  overrides: AdapterOptions = {},
): O {
  const fromMessage: UnknownRecord = { ...guarded(`reading a ${defaults.system} message`, read, {}) };
  const merge = (): O => {
    const attributes = { ...asRecord(fromMessage.attributes), ...overrides.attributes };
    return Object.assign({ ...defaults }, omitUndefined(fromMessage), omitUndefined(overrides), {
      attributes,
    });
  };
  return guarded(`reading the options of a ${defaults.system} adapter`, merge, {
    ...defaults,
    ...omitUndefined(fromMessage),
  });
}

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
