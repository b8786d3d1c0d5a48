// One object in front of another: a few members are answered here, all others are the real object's own.
//
// Getters, setters and methods run on the real object, whose private fields do not exist on a proxy. Functions stay
// what they are, statics and all; a class among them is handed out as it is. A method that returns its object returns
// the proxy, so that what is chained goes on with it.

/**
 * An object that answers `members` itself and is `real` in everything else, `instanceof` included.
 *
 * @param real the object that stands behind; frozen and callable ones work, too
 * @param members what is answered in place of the real members
 */
export function createForwardingProxy<T extends object>(real: T, members: object): T {
  const methods = new WeakMap<object, unknown>();
  const proxy: T = new Proxy(hasFixed(real) ? standIn(real) : real, {
    ...(hasFixed(real) ? looksOf(real) : {}),
    get(_, key) {
      if (Object.hasOwn(members, key)) return Reflect.get(members, key);
      const value: unknown = Reflect.get(real, key, real);
      if (value === real) return proxy;
      if (typeof value !== 'function' || key === 'constructor' || isClass(value)) return value;
      const known = methods.get(value);
      if (known !== undefined) return known;
      const method = onReal(value);
      methods.set(value, method);
      return method;
    },
    set: (_, key, value) => Reflect.set(real, key, value, real),
    has: (_, key) => Object.hasOwn(members, key) || Reflect.has(real, key),
  });

  function onReal(method: object): unknown {
    return new Proxy(method, {
      apply(target, self, args) {
        const result: unknown = Reflect.apply(
          target as (...args: unknown[]) => unknown,
          self === proxy ? real : self,
          args,
        );
        return result === real ? proxy : result;
      },
    });
  }

  return proxy;
}

/** A proxy must answer its target's fixed properties as they are: behind such an object no member can be replaced. */
function hasFixed(real: object): boolean {
  try {
    return Reflect.ownKeys(real).some(key => {
      const { configurable, writable } = Object.getOwnPropertyDescriptor(real, key) ?? {};
      return configurable === false && writable !== true && !(key === 'prototype' && isClass(real));
    });
  } catch {
    // The user's own proxy that does not say what it has: it is taken for an ordinary object.
    return false;
  }
}

/** What the proxy is put on in place of an object with fixed properties: of its kind, without any of its own. */
function standIn<T extends object>(real: T): T {
  return typeof real === 'function' ? ((() => undefined) as unknown as T) : Object.create(real);
}

/** Makes a stand-in look like the real object. */
function looksOf<T extends object>(real: T): ProxyHandler<T> {
  return {
    getPrototypeOf: () => Reflect.getPrototypeOf(real),
    ownKeys: () => Reflect.ownKeys(real),
    getOwnPropertyDescriptor(_, key) {
      const own = Reflect.getOwnPropertyDescriptor(real, key);
      return own && { ...own, configurable: true };
    },
    deleteProperty: (_, key) => Reflect.deleteProperty(real, key),
    apply: (_, self, args) => Reflect.apply(real as (...args: unknown[]) => unknown, self, args),
  };
}

/** A class cannot be called, so it is no method; only a class's `prototype` cannot be written. */
function isClass(value: object): boolean {
  return (
    typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false
  );
}
