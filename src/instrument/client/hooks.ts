// The hooks of an instrumentation: patched methods or channel subscriptions. They stay in place while the instrumentation is
// enabled, and after that until the open spans have ended, because the hooks end them.

/** Hooks that are shared by all starts of an instrumentation in this process. */
export class Hooks<T> {
  readonly #install: () => () => void;
  #remove: (() => void) | undefined;
  #active: T | undefined;
  #openSpans = 0;

  /** @param install puts the hooks in place, and returns a function that removes them */
  constructor(install: () => () => void) {
    this.#install = install;
  }

  /** The settings of the enabled instrumentation. Undefined if none is enabled. */
  get active(): T | undefined {
    return this.#active;
  }

  /**
   * Enables the instrumentation. The last call wins.
   *
   * @returns a function that disables it
   */
  enable(settings: T): () => void {
    this.#active = settings;
    this.#remove ??= this.#install();
    return () => {
      if (this.#active === settings) this.#active = undefined;
      this.#removeIfUnused();
    };
  }

  /** Counts a span that the hooks must end. */
  readonly countStart = (): void => {
    this.#openSpans++;
  };

  /** Counts the end of such a span. */
  readonly countEnd = (): void => {
    this.#openSpans--;
    if (this.#active === undefined) this.#removeIfUnused();
  };

  #removeIfUnused(): void {
    if (this.#active !== undefined || this.#openSpans > 0) return;
    this.#remove?.();
    this.#remove = undefined;
  }
}
