// Own properties that replace inherited or own members of an object of the application for a while. They are not enumerable,
// and the object is as before once they are removed.

/** Creates the member that takes the place of the original. */
export type CreateShadow = (original: (...args: unknown[]) => unknown) => unknown;

/** A shadow that was defined. */
interface Shadow {
  readonly ours: PropertyDescriptor;
  /** The own property that it replaced. */
  readonly own: PropertyDescriptor | undefined;
  isRemoved: boolean;
}

/** All shadows of an object, by key. Spans inside each other may return one object. */
const SHADOWS = new WeakMap<object, Map<PropertyKey, Shadow[]>>();

/** The shadows on one object. */
export class PropertyShadows {
  readonly #target: object;
  readonly #defined = new Map<PropertyKey, Shadow>();

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
    const shadow: Shadow = { ours, own, isRemoved: false };
    addShadow(this.#target, key, shadow);
    this.#defined.set(key, shadow);
    return true;
  }

  /** Removes the shadows that the application has not replaced. */
  remove(): void {
    for (const [key, shadow] of this.#defined) {
      shadow.isRemoved = true;
      this.#restore(key, shadow);
      forgetIfRemoved(this.#target, key);
    }
    this.#defined.clear();
  }

  #restore(key: PropertyKey, { ours, own: previous }: Shadow): void {
    if (!isSame(Reflect.getOwnPropertyDescriptor(this.#target, key), ours)) return;
    const own = skipRemoved(this.#target, key, previous);
    if (own === undefined) Reflect.deleteProperty(this.#target, key);
    else Reflect.defineProperty(this.#target, key, own);
  }
}

/** Without this, an object that lives long would keep every span that was around it. */
function forgetIfRemoved(target: object, key: PropertyKey): void {
  const byKey = SHADOWS.get(target);
  if (byKey?.get(key)?.every(({ isRemoved }) => isRemoved) === true) byKey.delete(key);
  if (byKey?.size === 0) SHADOWS.delete(target);
}

function addShadow(target: object, key: PropertyKey, shadow: Shadow): void {
  const byKey = SHADOWS.get(target) ?? new Map<PropertyKey, Shadow[]>();
  SHADOWS.set(target, byKey);
  byKey.set(key, [...(byKey.get(key) ?? []), shadow]);
}

/** The shadow of the outer span replaced that of the inner one, which may be removed first. */
function skipRemoved(
  target: object,
  key: PropertyKey,
  own: PropertyDescriptor | undefined,
): PropertyDescriptor | undefined {
  const below = SHADOWS.get(target)
    ?.get(key)
    ?.find(({ ours }) => isSame(own, ours));
  return below?.isRemoved === true ? skipRemoved(target, key, below.own) : own;
}

function isSame(current: PropertyDescriptor | undefined, ours: PropertyDescriptor): boolean {
  return current !== undefined && current.value === ours.value && current.get === ours.get;
}

/** Finds the descriptor of a member, own or inherited, without reading it. */
export function findDescriptor(object: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (let holder: object | null = object; holder !== null; holder = Reflect.getPrototypeOf(holder)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}
