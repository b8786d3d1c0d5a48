// Replaces methods of prototypes that every copy of this package, and every test runner with realms, shares.

/** A method of a prototype. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces a method.
 *
 * @param prototype the prototype, which may inherit the method
 * @param name the name of the method
 * @param wrap receives the original and returns the replacement
 * @returns a function that restores the original. If another package has wrapped the replacement, it stays in place
 */
export function patchMethod(prototype: object, name: string, wrap: (original: Method) => Method): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  // An inherited method is looked up at each call: `node:domain`, for example, replaces `EventEmitter.prototype.emit`.
  const original: Method =
    descriptor === undefined
      ? function inherited(this: unknown, ...args: unknown[]): unknown {
          return Reflect.apply(Object.getPrototypeOf(prototype)[name] as Method, this, args);
        }
      : (descriptor.value as Method);
  const replacement = wrap(original);
  Object.defineProperty(prototype, name, {
    value: replacement,
    writable: true,
    configurable: true,
    enumerable: descriptor?.enumerable ?? true,
  });
  return () => {
    if (Object.getOwnPropertyDescriptor(prototype, name)?.value !== replacement) return;
    if (descriptor === undefined) Reflect.deleteProperty(prototype, name);
    else Object.defineProperty(prototype, name, descriptor);
  };
}
