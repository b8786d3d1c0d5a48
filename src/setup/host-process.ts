// What a start depends on besides its options: the process it runs in. The doctor starts for a process that is not there.

import { applicationDirectories } from '../instrument/index.js';

/** The process that is started in, or for. */
export interface HostProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The main script. */
  readonly argv1?: string | undefined;
  readonly cwd: string;
  /** Where the application's packages are looked for. */
  readonly directories: readonly string[];
}

/** This process. */
export function currentProcess(): HostProcess {
  return {
    env: process.env,
    argv1: process.argv[1],
    cwd: workingDirectory(),
    directories: applicationDirectories(),
  };
}

/** The working directory; `/` where it was removed under the process. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    // Nothing is found there then; package.json is looked for beside the main script all the same.
    return '/';
  }
}
