// Own properties that replace inherited or own members of an object of the application for a while. They are not enumerable,
// and the object is as before once they are removed.

/** Creates the member that takes the place of the original. */
export type CreateShadow = (original: (...args: unknown[]) => unknown) => unknown;

/** The shadows on one object. */
export class PropertyShadows {
  readonly #target: object;
  readonly #defined = new Map<
    PropertyKey,
    { readonly ours: PropertyDescriptor; readonly own: PropertyDescriptor | undefined }
  >();

  /** @param target the object */
  constructor(target: object) {
    this.#target = target;
  }

  /**
   * Shadows a method. A getter is not called before the application reads the member: the value that it returns then is
   * shadowed.
   *
   * @param key the name of the method
   * @param found the descriptor of the member, own or inherited
   * @param create creates the shadow of a function
   * @param onOther called when a getter throws or returns no function
   * @returns whether the object accepted the shadow
   */
  shadowMethod(
    key: PropertyKey,
    found: PropertyDescriptor,
    create: CreateShadow,
    onOther: () => void = () => {},
  ): boolean {
    const { get, set, value } = found;
    if (get === undefined) {
      return typeof value === 'function' && this.define(key, { value: create(value), writable: true });
    }
    return this.define(key, {
      get(this: unknown) {
        let current: unknown;
        try {
          current = Reflect.apply(get, this, []);
        } finally {
          if (typeof current !== 'function') onOther();
        }
        return typeof current === 'function' ? create(current as Parameters<CreateShadow>[0]) : current;
      },
      ...(set === undefined ? {} : { set }),
    });
  }

  /** Defines a shadow. Returns false if the object does not accept it. */
  define(key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    const own = Reflect.getOwnPropertyDescriptor(this.#target, key);
    if (own?.configurable === false) return false;
    const ours = { ...descriptor, enumerable: own?.enumerable ?? false, configurable: true };
    if (!Reflect.defineProperty(this.#target, key, ours)) return false;
    this.#defined.set(key, { ours, own });
    return true;
  }

  /** Removes the shadows that the application has not replaced. */
  remove(): void {
    for (const [key, { ours, own }] of this.#defined) {
      const current = Reflect.getOwnPropertyDescriptor(this.#target, key);
      if (current === undefined || current.value !== ours.value || current.get !== ours.get) continue;
      if (own === undefined) Reflect.deleteProperty(this.#target, key);
      else Reflect.defineProperty(this.#target, key, own);
    }
    this.#defined.clear();
  }
}

/** Finds the descriptor of a member, own or inherited, without reading it. */
export function findDescriptor(object: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (let holder: object | null = object; holder !== null; holder = Reflect.getPrototypeOf(holder)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}
