// Carriers with get, set and keys: Map, Headers, URLSearchParams, NATS MsgHdrs and whatever looks like them.

import type { CarrierStorage } from './access.js';

/** Anything with these three methods works as a carrier. */
export interface KeyedCollection {
  get(name: unknown): unknown;
  set(name: unknown, value: string): unknown;
  keys(): Iterable<unknown>;
}

/** Whether a value has get, set and keys. May throw on hostile values. */
export function isKeyedCollection(value: object): value is KeyedCollection {
  const { get, set, keys } = value as Partial<KeyedCollection>;
  return typeof get === 'function' && typeof set === 'function' && typeof keys === 'function';
}

/** A store on such a collection; where it can hold several values under one name, all are read. */
export function createCollectionStorage(carrier: KeyedCollection): CarrierStorage {
  return {
    kind: 'collection',
    read: readerOf(carrier),
    write: (name, value) => {
      carrier.set(name, value);
    },
    names: () => carrier.keys(),
  };
}

function readerOf(carrier: KeyedCollection): (name: unknown) => unknown {
  if (carrier instanceof URLSearchParams) return name => carrier.getAll(String(name));
  // NATS: values(name) lists all lines. Map and Headers have a values() too, but theirs takes no name.
  const { values } = carrier as { values?: unknown };
  if (typeof values === 'function' && values.length > 0) return name => values.call(carrier, name);
  return name => carrier.get(name);
}
