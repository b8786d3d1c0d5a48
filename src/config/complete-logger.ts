// Completes a logger that has only some of the methods.

import type { Level, Logger, PartialLogger } from '../core/diagnostics.js';

/** The methods that take the messages of a level, in the order of preference. */
const SUBSTITUTES: Readonly<Record<Level, readonly Level[]>> = {
  error: ['error', 'warn', 'info', 'debug'],
  warn: ['warn', 'error', 'info', 'debug'],
  info: ['info'],
  debug: ['debug'],
};

/**
 * Completes a logger. Errors and warnings go to the nearest method that exists. Other messages without a method are not
 * written.
 *
 * @param logger has at least one of the methods
 */
export function completeLogger(logger: PartialLogger): Logger {
  const methodOf = (level: Level): Level | undefined =>
    SUBSTITUTES[level].find(candidate => typeof logger[candidate] === 'function');
  const write = (level: Level): Logger[Level] => {
    const method = methodOf(level);
    // Looked up at each message, because test frameworks replace the methods of a console.
    return method === undefined ? () => {} : message => logger[method]?.(message);
  };
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
}
