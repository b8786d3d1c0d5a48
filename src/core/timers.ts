// Waiting, injected: what waits takes Timers, so that tests run in virtual time.

/** Waits, and can be told to stop waiting. */
export interface Timers {
  /**
   * Runs `fn` after `ms`.
   *
   * @param keepAlive whether the process stays up for it. @default false
   * @returns stops the waiting
   */
  after(ms: number, fn: () => void, keepAlive?: boolean): () => void;
}

// setTimeout takes no more than this; beyond it would fire at once.
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Node's timers; a process that has nothing else to do is not kept alive by them. */
export const systemTimers: Timers = {
  after(ms, fn, keepAlive = false) {
    const timer = setTimeout(fn, Math.min(ms, MAX_TIMEOUT_MS));
    if (!keepAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};
