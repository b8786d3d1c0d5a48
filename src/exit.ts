// The end of the process: what is waiting is sent first, within a limit, and then it ends as it would have.

import { slot } from './core/slot.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Flushes when the process is about to end.
 *
 * @param timeoutMs how long the end may be put off, in milliseconds
 * @param target the process; tests hand in their own
 * @returns takes the handlers back
 */
export function flushAtExit(timeoutMs: number, target: NodeJS.Process = process): () => void {
  const flush = (): Promise<unknown> => slot.runtime?.flush({ timeoutMs }) ?? Promise.resolve();

  const onBeforeExit = (): void => {
    // Once: the flush itself empties the event loop again, and a second round would go on for ever.
    target.removeListener('beforeExit', onBeforeExit);
    void flush();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    // A handler of the application's own decides what the signal means; we only send what is waiting.
    const alone = target.listenerCount(signal) === 1;
    void flush().then(() => {
      if (!alone) return;
      target.removeListener(signal, onSignal);
      target.kill(target.pid, signal);
    });
  };

  target.on('beforeExit', onBeforeExit);
  for (const signal of SIGNALS) target.on(signal, onSignal);
  return () => {
    target.removeListener('beforeExit', onBeforeExit);
    for (const signal of SIGNALS) target.removeListener(signal, onSignal);
  };
}
