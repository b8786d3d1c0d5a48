// Timers as an interface: code that waits takes `Timers`, so that tests run in virtual time.

/** Starts timers that can be cancelled. */
export interface Timers {
  /**
   * Runs a function once after a delay.
   *
   * @param ms the delay in milliseconds
   * @param fn the function
   * @param keepAlive whether the timer keeps the process alive. @default false
   * @returns cancels the timer
   */
  after(ms: number, fn: () => void, keepAlive?: boolean): () => void;
}

// The maximum of setTimeout; a longer delay would fire at once.
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Node's timers. They keep the process alive only if `keepAlive` is true. */
export const systemTimers: Timers = {
  after(ms, fn, keepAlive = false) {
    const timer = setTimeout(fn, Math.min(ms, MAX_TIMEOUT_MS));
    if (!keepAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};
