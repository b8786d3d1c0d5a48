// A logger that redacts messages: they may quote data of the application, just like spans.

import type { Logger } from '../core/diagnostics.js';
import type { SecretRedactor } from './secret-redactor.js';

/**
 * Creates a logger whose messages hold no secrets.
 *
 * @param logger receives the messages; its exceptions are not caught
 * @param redactor replaces the secrets
 */
export function createRedactingLogger(logger: Logger, redactor: SecretRedactor): Logger {
  return {
    error: message => logger.error(redactor.text(message)),
    warn: message => logger.warn(redactor.text(message)),
    info: message => logger.info(redactor.text(message)),
    debug: message => logger.debug(redactor.text(message)),
  };
}
