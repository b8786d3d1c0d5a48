// A diagnostic as data. The log, `trace.check()` and the doctor format it as text.

import type { DiagnosticCode } from './diagnostic-codes.js';

/** A fact for the user, with its consequence and its fix. */
export interface Diagnostic {
  /** Stable and matchable. Programs compare this, never the text. */
  readonly code: DiagnosticCode;
  /** What happened, and to which thing: one clause without a full stop. */
  readonly message: string;
  /** Why it matters: a full sentence. */
  readonly why?: string | undefined;
  /** What to do: full sentences. */
  readonly fix?: string | undefined;
  /** The subject: an exporter's name, the path of an option, an environment variable, a callback. */
  readonly source?: string | undefined;
}

/**
 * Formats a diagnostic as one line for a log.
 *
 * @param diagnostic the message without a full stop, the fix with one
 * @returns `message. fix [code]`, or `message [code]` without a fix
 * @example
 * formatDiagnostic({ code: 'already_started', message: 'init() was called twice' }); // 'init() was called twice [already_started]'
 */
export function formatDiagnostic({ code, message, fix }: Diagnostic): string {
  return `${message}${fix === undefined ? '' : `. ${fix}`} [${code}]`;
}

/** The parts that identify the matter of a diagnostic. A check of the application may have a code of its own. */
export interface DiagnosticSubject {
  readonly code: string;
  readonly source?: string | undefined;
}

/** Whether two diagnostics report the same matter: equal code and source. */
export function isSameDiagnostic(one: DiagnosticSubject, other: DiagnosticSubject): boolean {
  return one.code === other.code && one.source === other.source;
}
