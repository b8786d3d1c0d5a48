// Diagnostics as data, for tests that compare codes and sources.

import type { Diagnostic } from '../../src/core/diagnostic.js';
import { type Diagnostics, addTextMethods, type Level } from '../../src/core/diagnostics.js';
import { globalState } from '../../src/core/global-state.js';

/** A diagnostic and the level at which it was reported. */
export interface CapturedDiagnostic extends Diagnostic {
  readonly level: Level;
}

/** Creates diagnostics that collect every report. As in production, `reportOnce` reports each key once. */
export function collectDiagnostics(): { diagnostics: Diagnostics; captured: CapturedDiagnostic[] } {
  const captured: CapturedDiagnostic[] = [];
  const keys = new Set<string>();
  const report: Diagnostics['report'] = (level, diagnostic) => void captured.push({ level, ...diagnostic });
  const diagnostics = addTextMethods(report, (key, level, diagnostic) => {
    if (!keys.has(key)) report(level, diagnostic);
    keys.add(key);
  });
  return { diagnostics, captured };
}

/** Returns the diagnostics that the process reports while fn runs. */
export function captureDiagnostics(fn: () => void): CapturedDiagnostic[] {
  const { diagnostics, captured } = collectDiagnostics();
  const previous = globalState.diagnostics;
  globalState.diagnostics = diagnostics;
  try {
    fn();
  } finally {
    globalState.diagnostics = previous;
  }
  return captured;
}
