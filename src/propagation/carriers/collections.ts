// Carriers with get, set and keys: Map, Headers, URLSearchParams, NATS MsgHdrs, and any object with these methods.

import type { CarrierStorage } from './access.js';

/** An object with these three methods is a carrier. */
export interface KeyedCollection {
  get(name: unknown): unknown;
  set(name: unknown, value: string): unknown;
  keys(): Iterable<unknown>;
}

/** Whether a value has get, set and keys. May throw if a getter or proxy throws. */
export function isKeyedCollection(value: object): value is KeyedCollection {
  const { get, set, keys } = value as Partial<KeyedCollection>;
  return typeof get === 'function' && typeof set === 'function' && typeof keys === 'function';
}

/** Creates the storage of a collection. All values of a name are read if the collection can hold several. */
export function createCollectionStorage(carrier: KeyedCollection): CarrierStorage {
  return {
    kind: 'collection',
    read: selectReader(carrier),
    write: (name, value) => {
      carrier.set(name, value);
    },
    names: () => carrier.keys(),
  };
}

function selectReader(carrier: KeyedCollection): (name: unknown) => unknown {
  if (carrier instanceof URLSearchParams) return name => carrier.getAll(String(name));
  // In NATS, values(name) lists all values of a name. The values() of Map and Headers has no parameter.
  const { values } = carrier as { values?: unknown };
  if (typeof values === 'function' && values.length > 0) return name => values.call(carrier, name);
  return name => carrier.get(name);
}
