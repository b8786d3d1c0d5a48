#!/usr/bin/env node
// The program `trace`: runs the command and ends the process with its exit status.

import type { CliProcess } from './cli-process.js';
import { run } from './run.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const cli: CliProcess = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: () => process.cwd(),
  columns: () => process.stdout.columns,
  waitForInterrupt: () =>
    new Promise(resolve => {
      const stop = (signal: NodeJS.Signals): void => {
        // Without these listeners the next signal ends the process at once.
        for (const each of SIGNALS) process.off(each, stop);
        resolve(signal);
      };
      for (const each of SIGNALS) process.on(each, stop);
    }),
};

// The reader of the output has closed it (`trace view | head`), so there is nothing left to do.
process.stdout.on('error', () => process.exit(0));

// The doctor may have loaded an application with open servers and timers. The process ends in any case after this time. The
// timer itself does not keep it alive.
const EXIT_DELAY_MS = 250;

run(process.argv.slice(2), cli).then(
  status => {
    process.exitCode = status;
    setTimeout(() => process.exit(), EXIT_DELAY_MS).unref();
  },
  (error: unknown) => {
    process.stderr.write(
      `trace: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
