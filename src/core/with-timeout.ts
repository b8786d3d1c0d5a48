// Waits for a promise within a time limit.

/** The result of a wait with a time limit. */
export type WaitResult = 'done' | 'failed' | 'timeout';

/**
 * Waits for a promise, but not longer than the limit. Never rejects.
 *
 * @param work the promise
 * @param timeoutMs the limit in milliseconds; the timer keeps the process alive until the wait ends
 * @param onError receives the reason if the promise rejects
 */
export function withTimeout(
  work: Promise<unknown>,
  timeoutMs: number,
  onError: (error: unknown) => void = () => {},
): Promise<WaitResult> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve('timeout'), timeoutMs);
    work.then(
      () => {
        clearTimeout(timer);
        resolve('done');
      },
      error => {
        clearTimeout(timer);
        onError(error);
        resolve('failed');
      },
    );
  });
}
