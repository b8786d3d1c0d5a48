// Records the diagnostics of a start, so that `trace.check()` can show them later.

import { type Diagnostic, isSameDiagnostic } from '../core/diagnostic.js';
import { type Diagnostics, addTextMethods, type Level } from '../core/diagnostics.js';

/** Diagnostics that are recorded while a start is running. */
export interface StartupLog {
  /** Writes to the log behind it, and records warnings and errors until `stop()`. */
  readonly diagnostics: Diagnostics;
  /** The warnings and errors of the start, without secrets, each once. */
  readonly recorded: readonly Diagnostic[];
  readonly stop: () => void;
}

/**
 * Creates the log of a start.
 *
 * @param log receives every diagnostic
 * @param redact removes secrets from text
 */
export function createStartupLog(log: Diagnostics, redact: (text: string) => string): StartupLog {
  const recorded: Diagnostic[] = [];
  let isRunning = true;

  function record(level: Level, diagnostic: Diagnostic): void {
    if (!isRunning || (level !== 'warn' && level !== 'error')) return;
    const clean = redactDiagnostic(diagnostic, redact);
    const isRecorded = recorded.some(each => isSameDiagnostic(each, clean) && each.message === clean.message);
    if (!isRecorded) recorded.push(clean);
  }

  return {
    diagnostics: addTextMethods(
      (level, diagnostic) => {
        record(level, diagnostic);
        log.report(level, diagnostic);
      },
      (key, level, diagnostic) => {
        record(level, diagnostic);
        log.reportOnce(key, level, diagnostic);
      },
    ),
    recorded,
    stop() {
      isRunning = false;
    },
  };
}

function redactDiagnostic(diagnostic: Diagnostic, redact: (text: string) => string): Diagnostic {
  const { message, why, fix } = diagnostic;
  return {
    ...diagnostic,
    message: redact(message),
    why: why === undefined ? undefined : redact(why),
    fix: fix === undefined ? undefined : redact(fix),
  };
}
