// The process as a command sees it: handed in, so that a test needs no child process.

/** A stream that text is written to. */
export interface OutputStream {
  write(text: string): unknown;
  /** Whether a person reads it. */
  readonly isTTY?: boolean;
}

/** What a command may use of its process. */
export interface CliProcess {
  /** Results. */
  readonly stdout: OutputStream;
  /** Talk: what is going on, and what went wrong. */
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  cwd(): string;
  /** Columns of the terminal at this moment; undefined where there is none. */
  columns(): number | undefined;
  /** Resolves with the first signal that asks to end (Ctrl-C); a second one ends the process at once. */
  waitForInterrupt(): Promise<string>;
}

/** A command of `trace`. */
export interface Command {
  readonly name: string;
  /** What it does, in one line of the overview. */
  readonly summary: string;
  /** The text of `--help`. */
  readonly help: string;
  /** Runs to its end; answers the exit status. */
  run(argv: readonly string[], io: CliProcess): Promise<number>;
}

/** Whether to colour: the NO_COLOR and FORCE_COLOR conventions, else whether a person reads it. */
export function isColorEnabled(io: CliProcess): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return io.stdout.isTTY === true && TERM !== 'dumb';
}

/** The width to print at: the terminal's, else COLUMNS, else 80. */
export function terminalWidth(io: CliProcess): number {
  const columns = io.columns() ?? Number(io.env['COLUMNS']);
  return Number.isInteger(columns) && columns > 0 ? columns : 80;
}
