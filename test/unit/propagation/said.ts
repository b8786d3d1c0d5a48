// Listens to the package's diagnostics while something runs.

import { createDiagnostics } from '../../../src/core/diagnostics.js';
import { slot } from '../../../src/core/slot.js';

/** What was said at any level while fn ran, each message with its level in front. */
export function said(fn: () => void): string[] {
  const messages: string[] = [];
  const before = slot.diagnostics;
  const to = (level: string) => (message: string) => void messages.push(`${level}: ${message}`);
  slot.diagnostics = createDiagnostics({
    logger: { error: to('error'), warn: to('warn'), info: to('info'), debug: to('debug') },
    level: 'debug',
  });
  try {
    fn();
  } finally {
    slot.diagnostics = before;
  }
  return messages;
}
