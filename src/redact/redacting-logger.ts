// What this package says may quote what was handed in, so it goes through the same sieve as spans.

import type { Logger } from '../core/diagnostics.js';
import type { SecretRedactor } from './redactor.js';

/**
 * A logger whose messages hold no secrets.
 *
 * @param logger where they go; what it throws is thrown
 */
export function createRedactingLogger(logger: Logger, redactor: SecretRedactor): Logger {
  return {
    error: message => logger.error(redactor.text(message)),
    warn: message => logger.warn(redactor.text(message)),
    info: message => logger.info(redactor.text(message)),
    debug: message => logger.debug(redactor.text(message)),
  };
}
