// What the adapters have in common: they read messages that anybody may have sent, and copy options that anybody wrote.

import { guarded } from '../core/guard.js';
import type { AdapterOptions } from './types.js';

/** Members of anything, none of which need be there. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** A value as something whose members can be asked for; what is no object has none. */
export function asRecord(value: unknown): UnknownRecord {
  return typeof value === 'object' && value !== null ? (value as UnknownRecord) : {};
}

/** A value if it is text. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * A message's options, read from it; a message that cannot be read gives those that hold without it.
 *
 * @param read reads the message; may throw
 * @param bare what is known without the message
 * @param said what the caller said; it wins
 */
export function mergeAdapterOptions<O extends { readonly system: string; readonly destination: string }>(
  read: () => object,
  bare: O,
  said: AdapterOptions = {},
): O {
  const found: UnknownRecord = { ...guarded(`reading a ${bare.system} message`, read, {}) };
  const all = (): O => {
    const attributes = { ...asRecord(found.attributes), ...said.attributes };
    return Object.assign({ ...bare }, withoutUndefined(found), withoutUndefined(said), { attributes });
  };
  return guarded(`reading the options of a ${bare.system} adapter`, all, {
    ...bare,
    ...withoutUndefined(found),
  });
}

/**
 * A copy of what the client is to be given, made to be filled; undefined where it cannot be copied.
 * Users keep options and records for many calls: nothing of theirs is written to.
 */
export function copyForClient<C>(system: string, copy: () => C): C | undefined {
  return guarded<C | undefined>(`copying the options of a ${system} message`, copy, undefined);
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}
