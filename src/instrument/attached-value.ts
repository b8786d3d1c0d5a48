// Values that belong to the requests of other packages. A WeakMap costs more: the garbage collector keeps its keys until a full
// collection, which multiplied the time of collections in a client of node:http by six (`node bench/http-client.mjs`).

/** A value of each object, under a symbol of its own. The property is not enumerable, so that logs and copies do not have it. */
export class AttachedValue<T> {
  readonly #key: symbol;

  /** @param description the text of the symbol */
  constructor(description: string) {
    this.#key = Symbol(description);
  }

  /** Returns the value of an object, if it has one. */
  get(target: object): T | undefined {
    return (target as Readonly<Record<symbol, T | undefined>>)[this.#key];
  }

  /** Sets the value of an object. An object that is not extensible gets none. */
  set(target: object, value: T): void {
    Reflect.defineProperty(target, this.#key, {
      value,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
}
