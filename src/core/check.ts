// The result of a check: `trace.check()`, `exporter.check()` and the doctor return it.

import type { DiagnosticCode } from './diagnostic-codes.js';

/** The result of a check. `'skipped'`: it could not be examined, which is no fault. Minor releases may add values. */
export type CheckStatus = 'ok' | 'warning' | 'error' | 'skipped' | (string & Record<never, never>);

/** One finding about the set-up or about a destination. */
export interface Check {
  /** The subject of the check, in two or three words. */
  readonly name: string;
  /** With `'skipped'` the message gives the reason. */
  readonly status: CheckStatus;
  /** Stable and matchable, one of the codes in `docs/diagnostics.md`. Present on findings of this package that are not `'ok'`. */
  readonly code?: DiagnosticCode | (string & Record<never, never>) | undefined;
  /** The fact: one clause without a full stop. */
  readonly message: string;
  /** Why it matters, where it is a fault: a full sentence. */
  readonly why?: string | undefined;
  /** What to do about it, where there is something to do: full sentences. */
  readonly fix?: string | undefined;
  /** What the finding concerns: an exporter's name, the path of an option, an environment variable, a callback. */
  readonly source?: string | undefined;
  /** The single examinations, in order, where there was more than one. The check itself repeats the most important finding. */
  readonly steps?: readonly Check[] | undefined;
}

/** The report of `trace.check()`. */
export interface CheckReport {
  /** False if a check found an error. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** The configuration in force, with secrets masked. */
  readonly config?: Readonly<Record<string, unknown>>;
}
