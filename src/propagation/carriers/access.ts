// The interface that every kind of carrier gets: names in any case, values as text or bytes, and no exceptions.

import { safeText } from '../../core/diagnostics.js';
import { reportCarrierFailure } from '../propagation-diagnostics.js';

/** The view that propagators have of any carrier. No method throws. */
export interface CarrierAccess {
  /** The value of a name in any case: text, or several texts if the carrier holds several values. */
  get(key: string): string | string[] | undefined;
  /** Sets a value and replaces a previous one whose name differs only in case. A carrier that rejects the write stays unchanged. */
  set(key: string, value: string): void;
  /** All names. */
  keys(): string[];
}

/** How one kind of carrier stores values. Its functions may throw. Names have the type that the carrier uses. */
export interface CarrierStorage {
  /** The kind, for diagnostics: `collection`, `message attributes`. */
  readonly kind: string;
  /** Reads the value of exactly this name. */
  read(name: unknown): unknown;
  /** Writes the value of exactly this name. */
  write(name: unknown, value: string): void;
  /** Lists the stored names. */
  names(): Iterable<unknown>;
  /** The spelling of a name that is not stored yet. @default the given spelling */
  formatName?(key: string): string;
}

/** Adds case-insensitive names, the decoding of values and error handling to a storage. */
export function createCarrierAccess(storage: CarrierStorage): CarrierAccess {
  const formatName = (key: string): string => storage.formatName?.(key) ?? key;

  /** The stored name that equals the key except for case, or undefined. */
  function findStoredName(key: string): unknown {
    const wanted = formatName(key).toLowerCase();
    for (const name of storage.names()) {
      const text = decodeText(name);
      if (text !== undefined && text.length === wanted.length && text.toLowerCase() === wanted) return name;
    }
    return undefined;
  }

  const reportFailure = (action: string, error: unknown): void =>
    reportCarrierFailure(`${storage.kind} carrier`, `${action} threw ${safeText(error)}`);

  return {
    get(key) {
      try {
        const direct = decodeValue(storage.read(formatName(key)));
        if (direct !== undefined) return direct;
        const name = findStoredName(key);
        return name === undefined ? undefined : decodeValue(storage.read(name));
      } catch (error) {
        // Getters, proxies and classes of other packages may throw. A value that cannot be read counts as absent.
        reportFailure(`reading ${key}`, error);
        return undefined;
      }
    },
    set(key, value) {
      try {
        storage.write(findStoredName(key) ?? formatName(key), value);
      } catch (error) {
        // Frozen objects and sent messages reject writes. The application continues without the header.
        reportFailure(`writing ${key}`, error);
      }
    },
    keys() {
      try {
        return Array.from(storage.names(), decodeText).filter(name => name !== undefined);
      } catch (error) {
        // Names that cannot be listed count as absent.
        reportFailure('listing its names', error);
        return [];
      }
    },
  };
}

/** The access to a value that cannot be a carrier: finds nothing and writes nothing. */
export const NOOP_CARRIER_ACCESS: CarrierAccess = { get: () => undefined, set: () => {}, keys: () => [] };

/** Returns a string as it is and bytes as UTF-8; undefined for other values. */
export function decodeText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
    : undefined;
}

/** Decodes one value or several. Empty text counts as absent, because NATS headers return it for an absent name. */
function decodeValue(value: unknown): string | string[] | undefined {
  if (!Array.isArray(value)) return decodeText(value) || undefined;
  const texts = value
    .map(decodeText)
    .filter(text => text !== undefined)
    .filter(text => text !== '');
  return texts.length > 1 ? texts : texts[0];
}
