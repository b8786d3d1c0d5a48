// The result of a check: `trace.check()`, `exporter.check()` and the doctor return it.

import type { DiagnosticCode } from './diagnostic-codes.js';

/** One finding about the set-up or about a destination. */
export interface Check {
  /** The subject of the check, in two or three words. */
  readonly name: string;
  /** `'skipped'`: it could not be examined, and the message gives the reason; that is no fault. */
  readonly status: 'ok' | 'warning' | 'error' | 'skipped';
  /** Stable and matchable, one of the codes in `docs/diagnostics.md`. Present on findings of this package that are not `'ok'`. */
  readonly code?: DiagnosticCode;
  /** The fact: one clause without a full stop. */
  readonly message: string;
  /** Why it matters, where it is a fault: a full sentence. */
  readonly why?: string;
  /** What to do about it, where there is something to do: full sentences. */
  readonly fix?: string;
  /** What the finding concerns: an exporter's name, the path of an option, an environment variable, a callback. */
  readonly source?: string;
  /** The single examinations, in order, where there was more than one. The check itself repeats the most important finding. */
  readonly steps?: readonly Check[];
}

/** The report of `trace.check()`. */
export interface CheckReport {
  /** False if a check found an error. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** The configuration in force, with secrets masked. */
  readonly config?: Readonly<Record<string, unknown>>;
}
