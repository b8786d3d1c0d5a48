// Listens to the package's diagnostics while something runs.

import { createDiagnostics } from '../../src/core/diagnostics.js';
import { globalState } from '../../src/core/global-state.js';

/** What was said at any level while fn ran, each message with its level in front. */
export function said(fn: () => void): string[] {
  const messages: string[] = [];
  const before = globalState.diagnostics;
  const to = (level: string) => (message: string) => void messages.push(`${level}: ${message}`);
  globalState.diagnostics = createDiagnostics({
    logger: { error: to('error'), warn: to('warn'), info: to('info'), debug: to('debug') },
    level: 'debug',
  });
  try {
    fn();
  } finally {
    globalState.diagnostics = before;
  }
  return messages;
}
