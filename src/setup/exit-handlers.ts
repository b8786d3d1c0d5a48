// The end of the process: the remaining spans are delivered within the limit, then the process ends as it would untraced.
//
//   event                condition              action
//   beforeExit           spans are left         flush, then Node exits
//   SIGTERM, SIGINT      no other listener      flush, then the same signal again, with its default effect
//                        another listener       flush beside the listener, which decides about the exit
//   uncaught error       no listener            the remaining spans go to the spool, synchronously
//   exit                 always                 the remaining spans go to the spool, synchronously

/** The part of `process` that is used; tests inject their own. */
export interface ExitProcess {
  readonly pid: number;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
  listeners(event: string): readonly unknown[];
  kill(pid: number, signal: string): unknown;
}

/** The process and the actions at its end. */
export interface ExitHooks {
  readonly process: ExitProcess;
  /** Delivers the remaining spans. Never rejects, and settles within its limit. */
  readonly flush: () => Promise<unknown>;
  /** Spools or counts the remaining spans, synchronously. */
  readonly rescue: () => void;
  /** Whether no spans remain. */
  readonly isIdle: () => boolean;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
// Marks our own listeners, also those of another copy of this package.
const OWN_LISTENER = Symbol.for('@do/trace.exit');

/**
 * Installs the handlers.
 *
 * @returns removes them
 */
export function installExitHandlers({ process, flush, rescue, isIdle }: ExitHooks): () => void {
  const installed: { event: string; listener: (...args: unknown[]) => void }[] = [];
  let hasFlushed = false;
  let removedEvent: unknown;

  function listen(event: string, listener: (...args: unknown[]) => void): void {
    Object.defineProperty(listener, OWN_LISTENER, { value: true });
    process.on(event, listener);
    installed.push({ event, listener });
  }

  function uninstall(): void {
    for (const { event, listener } of installed.splice(0)) process.removeListener(event, listener);
  }

  listen('beforeExit', () => {
    // Node emits this again after the flush. Only one flush is tried, so that a dead backend cannot keep the process alive.
    if (hasFlushed || isIdle()) return;
    hasFlushed = true;
    void flush();
  });

  listen('removeListener', (event: unknown, listener: unknown) => {
    if (isOwnListener(listener)) return;
    // Node removes a `once` listener before it runs, so until this emission is over the event counts as handled.
    removedEvent = event;
    queueMicrotask(() => {
      removedEvent = undefined;
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
      if (removedEvent === signal || isHandled(process, signal)) {
        void flush();
      } else if (flushing) {
        // The second Ctrl-C of the user.
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

/** Whether another listener exists, which decides the effect of the signal. */
function isHandled(process: ExitProcess, signal: string): boolean {
  return process.listeners(signal).some(listener => !isOwnListener(listener));
}

function isOwnListener(listener: unknown): boolean {
  return typeof listener === 'function' && OWN_LISTENER in listener;
}
