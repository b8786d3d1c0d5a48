#!/usr/bin/env node
// The program `trace`: hands the process to `run` and ends with its status.

import type { CliProcess } from './cli-process.js';
import { run } from './run.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const io: CliProcess = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: () => process.cwd(),
  columns: () => process.stdout.columns,
  waitForInterrupt: () =>
    new Promise(resolve => {
      const stop = (signal: NodeJS.Signals): void => {
        // Without a handler the next signal ends the process the hard way.
        for (const each of SIGNALS) process.off(each, stop);
        resolve(signal);
      };
      for (const each of SIGNALS) process.on(each, stop);
    }),
};

// Whoever read our output has gone (`trace view | head`): there is nothing left to do.
process.stdout.on('error', () => process.exit(0));

// An application that the doctor loaded may have opened servers and timers; the command is over all the same. The timer itself
// keeps nothing alive.
const GRACE_MS = 250;

run(process.argv.slice(2), io).then(
  status => {
    process.exitCode = status;
    setTimeout(() => process.exit(), GRACE_MS).unref();
  },
  (error: unknown) => {
    process.stderr.write(
      `trace: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
