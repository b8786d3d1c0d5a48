// The process that a start depends on besides its options. The doctor passes one that differs from the current process.

import { listApplicationDirectories } from '../core/application-packages.js';

/** The process to start tracing for. */
export interface HostProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The main script. */
  readonly argv1?: string | undefined;
  readonly cwd: string;
  /** The directories in which packages of the application are resolved. */
  readonly directories: readonly string[];
}

/** Describes the current process. */
export function describeCurrentProcess(): HostProcess {
  return {
    env: process.env,
    argv1: readMainScript(),
    cwd: getWorkingDirectory(),
    directories: listApplicationDirectories(),
  };
}

/** The main script, unless the runtime refuses it. */
function readMainScript(): string | undefined {
  try {
    return process.argv[1];
  } catch {
    return undefined;
  }
}

/** The working directory, or `/` if it was removed. */
function getWorkingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    // No package.json is found in `/`. The search beside the main script is not affected.
    return '/';
  }
}
