// The decisions of trace.keep() and trace.drop(), by trace id.

/** The decision of the application about one trace. */
export type TraceOverride = 'keep' | 'drop';

/** The number of overrides that are stored. Beyond it the oldest are removed. */
const MAX_OVERRIDES = 10_000;

/** Stores the overrides of this process. */
export class TraceOverrides {
  readonly #overrides = new Map<string, TraceOverride>();
  #hasKept = false;

  /** Whether `'keep'` was ever set or expected. */
  get hasKept(): boolean {
    return this.#hasKept;
  }

  /** Makes the sampler check every new trace, before the first trace is kept from its start. */
  expectKeep(): void {
    this.#hasKept = true;
  }

  /** Sets the override of a trace. The latest call for a trace applies. */
  set(traceId: string, override: TraceOverride): void {
    if (override === 'keep') this.#hasKept = true;
    this.#overrides.delete(traceId);
    this.#overrides.set(traceId, override);
    if (this.#overrides.size <= MAX_OVERRIDES) return;
    for (const oldest of this.#overrides.keys()) {
      this.#overrides.delete(oldest);
      return;
    }
  }

  /** Returns the override of a trace, if there is one. */
  get(traceId: string): TraceOverride | undefined {
    // The map is nearly always empty: a size check saves the hash of a 32-character key for each span.
    return this.#overrides.size === 0 ? undefined : this.#overrides.get(traceId);
  }
}
