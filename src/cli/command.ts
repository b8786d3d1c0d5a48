// The interface of a command of `trace`.

import type { CliProcess } from './cli-process.js';

/** A command of `trace`. */
export interface Command {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  /** The text of `--help`. */
  readonly help: string;
  /**
   * Runs the command.
   *
   * @returns the exit status
   * @throws UsageError for wrong arguments
   */
  run(argv: readonly string[], cli: CliProcess): Promise<number>;
}
