export class Child {
  /** The output on stdout and stderr. */
  readonly output: string;
  readonly pid: number | undefined;
  waitForOutput(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  end(): Promise<void>;
}
export function endAll(): Promise<void>;
