// A process for the command line, without a child process.

import type { CliProcess } from '../../src/cli/cli-process.js';

/** A process with the text that a command wrote. */
export interface FakeCliProcess extends CliProcess {
  /** The text on stdout so far. */
  readonly out: () => string;
  /** The text on stderr so far. */
  readonly err: () => string;
  /** Resolves when stdout and stderr together contain a text. */
  readonly waitForOutput: (text: string) => Promise<void>;
  /** Sends the signal of Ctrl-C. */
  readonly interrupt: () => void;
}

/** The properties of the process that differ from the default. */
export interface FakeCliOptions {
  readonly env?: Record<string, string>;
  readonly columns?: number;
  readonly isTTY?: boolean;
  readonly cwd?: string;
}

/** Creates a process whose output is kept. */
export function createFakeCliProcess({
  env = {},
  columns,
  isTTY = false,
  cwd = process.cwd(),
}: FakeCliOptions = {}): FakeCliProcess {
  let out = '';
  let err = '';
  let waiters: (() => void)[] = [];
  const wakeWaiters = (): void => {
    const woken = waiters;
    waiters = [];
    for (const wake of woken) wake();
  };
  let interrupt: (signal: string) => void = () => {};
  const interrupted = new Promise<string>(resolve => {
    interrupt = resolve;
  });
  return {
    stdout: { write: text => ((out += text), wakeWaiters()), isTTY },
    stderr: { write: text => ((err += text), wakeWaiters()) },
    env,
    cwd: () => cwd,
    columns: () => columns,
    waitForInterrupt: () => interrupted,
    interrupt: () => interrupt('SIGINT'),
    out: () => out,
    err: () => err,
    async waitForOutput(text) {
      while (!(out + err).includes(text)) await new Promise<void>(resolve => waiters.push(resolve));
    },
  };
}
