// What happens when the process ends: deliver what is left within the limit, then let it end as it would have.
//
//   nothing left to do   beforeExit             flush, then exit by itself
//   SIGTERM, SIGINT      and nobody else cares  flush, then the same signal again, with its default effect
//                        the user listens       flush beside the user's handler, which decides
//   uncaught error       nobody handles it      what is left goes to the spool, synchronously
//   process.exit()       exit                   the same

/** What of `process` is needed; tests hand in their own. */
export interface ExitProcess {
  readonly pid: number;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
  listeners(event: string): readonly unknown[];
  kill(pid: number, signal: string): unknown;
}

/** What has to be brought home. */
export interface ExitHooks {
  readonly process: ExitProcess;
  /** Delivers what is left; never rejects, and settles within its limit. */
  readonly flush: () => Promise<unknown>;
  /** Spools or counts what is left, synchronously. */
  readonly rescue: () => void;
  /** Whether nothing is left. */
  readonly isIdle: () => boolean;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
// Tells our own listeners, also those of another copy of this package, from a user's.
const OURS = Symbol.for('@do/trace.exit');

/**
 * Installs the handlers.
 *
 * @returns takes them away again
 */
export function installExitHandlers({ process, flush, rescue, isIdle }: ExitHooks): () => void {
  const installed: { event: string; listener: (...args: unknown[]) => void }[] = [];
  let tried = false;
  let leaving: unknown;

  function listen(event: string, listener: (...args: unknown[]) => void): void {
    Object.defineProperty(listener, OURS, { value: true });
    process.on(event, listener);
    installed.push({ event, listener });
  }

  function uninstall(): void {
    for (const { event, listener } of installed.splice(0)) process.removeListener(event, listener);
  }

  listen('beforeExit', () => {
    // Node emits this again after the flush; what a dead backend did not take then stays, or the process would never end.
    if (tried || isIdle()) return;
    tried = true;
    void flush();
  });

  listen('removeListener', (event: unknown, listener: unknown) => {
    if (isOurs(listener)) return;
    // A `once` handler is taken off before it runs: until this emission is over, somebody still cares.
    leaving = event;
    queueMicrotask(() => {
      leaving = undefined;
    });
  });

  for (const signal of SIGNALS) {
    let flushing = false;
    listen(signal, () => {
      const end = (): void => {
        rescue();
        uninstall();
        process.kill(process.pid, signal);
      };
      if (leaving === signal || isHandled(process, signal)) {
        void flush();
      } else if (flushing) {
        // The user presses Ctrl-C a second time.
        end();
      } else {
        flushing = true;
        void flush().then(end);
      }
    });
  }

  listen('uncaughtExceptionMonitor', () => {
    if (process.listeners('uncaughtException').length === 0) rescue();
  });
  listen('exit', () => rescue());
  return uninstall;
}

/** Whether somebody besides us listens, and so decides what the signal does. */
function isHandled(process: ExitProcess, signal: string): boolean {
  return process.listeners(signal).some(listener => !isOurs(listener));
}

function isOurs(listener: unknown): boolean {
  return typeof listener === 'function' && OURS in listener;
}
