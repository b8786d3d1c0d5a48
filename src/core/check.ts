// The result of a check: `trace.check()`, `exporter.check()` and the doctor return it.

import type { DiagnosticCode } from './diagnostic-codes.js';

/** One finding about the set-up or about a destination. */
export interface Check {
  /** The subject of the check, in two or three words. */
  readonly name: string;
  /** `'skipped'`: the subject could not be checked, which is no fault. The message gives the reason. */
  readonly status: 'ok' | 'warning' | 'error' | 'skipped';
  /** Stable and matchable, one of the codes in `docs/diagnostics.md`. Present on findings of this package that are not `'ok'`. */
  readonly code?: DiagnosticCode;
  /** The fact: one clause without a full stop. */
  readonly message: string;
  /** Why it matters, if it is a fault: a full sentence. */
  readonly why?: string;
  /** The fix, if there is one: full sentences. */
  readonly fix?: string;
  /** The origin of the finding: an exporter's name, the path of an option, an environment variable, a callback. */
  readonly source?: string;
  /** The single checks, in order, if there were several. The check itself repeats the most important finding. */
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
