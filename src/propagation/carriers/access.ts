// What all carriers have in common: names of any case, values of several kinds, and no exception ever.

import { safeText } from '../../core/diagnostics.js';
import { refused } from '../rejected-header.js';

/** The one way the propagators see any carrier. No method throws. */
export interface CarrierAccess {
  /** The value under a name of any case: text, or several lines of text where the carrier holds several. */
  get(key: string): string | string[] | undefined;
  /** Puts a value under the name, in place of a former one of any case. A carrier that refuses is left as it is. */
  set(key: string, value: string): void;
  /** All names. */
  keys(): string[];
}

/** How one kind of carrier stores things. Its functions may throw; names are whatever the carrier uses as such. */
export interface CarrierStorage {
  /** The kind, for diagnostics: `Map`, `message attributes`. */
  readonly kind: string;
  /** What stands under exactly this name. */
  read(name: unknown): unknown;
  /** Stores under exactly this name. */
  write(name: unknown, value: string): void;
  /** The names as they are stored. */
  names(): Iterable<unknown>;
  /** How a name is written that is not there yet. @default as given */
  formatName?(key: string): string;
}

/** Puts the common behaviour over a store. */
export function createCarrierAccess(store: CarrierStorage): CarrierAccess {
  const spell = (key: string): string => store.formatName?.(key) ?? key;

  /** The stored name that means this key, or undefined. */
  function find(key: string): unknown {
    const wanted = spell(key).toLowerCase();
    for (const name of store.names()) {
      const text = decodeText(name);
      if (text !== undefined && text.length === wanted.length && text.toLowerCase() === wanted) return name;
    }
    return undefined;
  }

  return {
    get(key) {
      try {
        const direct = decodeValue(store.read(spell(key)));
        if (direct !== undefined) return direct;
        const name = find(key);
        return name === undefined ? undefined : decodeValue(store.read(name));
      } catch (error) {
        // Getters, proxies and foreign classes may throw: what cannot be read is not there.
        refused(`${store.kind} carrier`, `reading ${key} threw`, safeText(error));
        return undefined;
      }
    },
    set(key, value) {
      try {
        store.write(find(key) ?? spell(key), value);
      } catch (error) {
        // Frozen objects and closed messages: the application goes on without the header.
        refused(`${store.kind} carrier`, `writing ${key} threw`, safeText(error));
      }
    },
    keys() {
      try {
        return Array.from(store.names(), decodeText).filter(name => name !== undefined);
      } catch (error) {
        // As for get: names that cannot be listed are not there.
        refused(`${store.kind} carrier`, 'listing its names threw', safeText(error));
        return [];
      }
    },
  };
}

/** An access in which nothing is found and nothing stored. */
export const NOOP_CARRIER_ACCESS: CarrierAccess = { get: () => undefined, set: () => {}, keys: () => [] };

/** Text of a string or of UTF-8 bytes; anything else is none. */
export function decodeText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
    : undefined;
}

/** Text, or several lines of it; empty text counts as absent, because NATS and URLSearchParams answer so. */
function decodeValue(value: unknown): string | string[] | undefined {
  if (!Array.isArray(value)) return decodeText(value) || undefined;
  const lines = value.map(decodeText).filter(line => line !== undefined && line !== '');
  return lines.length > 1 ? lines.filter(line => line !== undefined) : lines[0];
}
