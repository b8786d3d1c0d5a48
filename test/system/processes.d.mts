export class Child {
  /** What it wrote to its standard output and error. */
  readonly said: string;
  readonly pid: number | undefined;
  until(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  end(): Promise<void>;
}
export function endAll(): Promise<void>;
