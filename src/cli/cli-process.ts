// The process as a command uses it. It is a parameter, so that a test needs no child process.

/** A stream for text. */
export interface OutputStream {
  write(text: string): unknown;
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
}

/** The parts of the process that a command may use. */
export interface CliProcess {
  /** Results. */
  readonly stdout: OutputStream;
  /** Progress and errors. */
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  cwd(): string;
  /** Columns of the terminal at this moment. Undefined without a terminal. */
  columns(): number | undefined;
  /** Resolves with the first signal to end, such as Ctrl-C. A second signal ends the process at once. */
  waitForInterrupt(): Promise<string>;
}

/** Whether to use colour: by the NO_COLOR and FORCE_COLOR conventions, or else if stdout is a terminal. */
export function isColorEnabled(cli: CliProcess): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = cli.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return cli.stdout.isTTY === true && TERM !== 'dumb';
}

/** The width of the output: that of the terminal, or else COLUMNS, or else 80. */
export function getTerminalWidth(cli: CliProcess): number {
  const columns = cli.columns() ?? Number(cli.env['COLUMNS']);
  return Number.isInteger(columns) && columns > 0 ? columns : 80;
}
