// A promise with a limit: whoever waits gets on, whatever the other side does.

/** How a bounded wait ended. */
export type WaitResult = 'done' | 'failed' | 'timeout';

/**
 * Waits for work, but not longer than the limit. Never rejects.
 *
 * @param work what is waited for
 * @param timeoutMs the limit in milliseconds; the timer holds the process only while somebody waits
 * @param onError told what the work rejected with
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
