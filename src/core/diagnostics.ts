// Where everything this package has to say goes: once for each matter, rate limited, and never an exception.

import { count } from './count.js';
import { waitFor } from './unawaited.js';

/** Where diagnostics are written; `console` fits, so does pino or winston. */
export interface Logger {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

/** How loud a diagnostic is. */
export type Level = keyof Logger;

/** What of the world the diagnostics need; tests hand in their own. */
export interface DiagnosticsOptions {
  readonly logger: Logger;
  /** The quietest level that is still written. @default 'info' */
  readonly level?: Level | 'none';
  /** Milliseconds that only move forward. @default performance.now */
  readonly nowMs?: () => number;
  /** How many messages a minute are written before the rest is only counted. @default 60 */
  readonly perMinute?: number;
}

/** The package's voice. Every method is safe to call anywhere: a logger that throws is survived. */
export interface Diagnostics extends Logger {
  /** Says a matter the first time its key comes up, and never again in this process. */
  once(key: string, level: Level, message: string): void;
}

const RANK: Record<Level | 'none', number> = { none: 0, error: 1, warn: 2, info: 3, debug: 4 };
const WINDOW_MS = 60_000;
const MAX_KEYS = 1_000;

/**
 * Makes the diagnostics that stand between this package and the user's logger.
 *
 * @param options logger, level, clock and rate
 */
export function createDiagnostics(options: DiagnosticsOptions): Diagnostics {
  const { logger, level = 'info', nowMs = () => performance.now(), perMinute = 60 } = options;
  const said = new Set<string>();
  let windowStart = Number.NEGATIVE_INFINITY;
  let inWindow = 0;
  let withheld = 0;
  let loggerFailed = false;

  function write(at: Level, message: string): void {
    if (RANK[at] > RANK[level]) return;
    const now = nowMs();
    if (now - windowStart >= WINDOW_MS) {
      windowStart = now;
      inWindow = 0;
      if (withheld > 0)
        emit(
          'warn',
          `${count(withheld, 'further message was', 'further messages were')} withheld in the last minute`,
        );
      withheld = 0;
    }
    if (inWindow >= perMinute) {
      withheld++;
      return;
    }
    inWindow++;
    emit(at, message);
  }

  function emit(at: Level, message: string): void {
    // The user's logger failed: say so once on stderr, and never let it reach the code that was traced.
    const failed = (error: unknown): void => {
      if (loggerFailed) return;
      loggerFailed = true;
      stderrLogger.warn(`the logger given to init() threw ${safeText(error)}; it said: ${message}`);
    };
    try {
      waitFor(logger[at](message), failed);
    } catch (error) {
      failed(error);
    }
  }

  return {
    error: message => write('error', message),
    warn: message => write('warn', message),
    info: message => write('info', message),
    debug: message => write('debug', message),
    once(key, at, message) {
      if (said.has(key) || said.size >= MAX_KEYS) return;
      said.add(key);
      write(at, message);
    },
  };
}

/** The default logger: standard error, one line a message, prefixed `[trace]`. */
export const stderrLogger: Logger = {
  error: message => writeLine(message),
  warn: message => writeLine(message),
  info: message => writeLine(message),
  debug: message => writeLine(message),
};

function writeLine(message: string): void {
  try {
    process.stderr.write(`[trace] ${message}\n`);
  } catch {
    // A closed stderr (EPIPE, detached terminal) must not hurt the application; there is nowhere left to say it.
  }
}

/**
 * A value as text, whatever it is: getters that throw, cyclic values and revoked proxies included.
 *
 * @param value anything, usually something thrown
 */
export function safeText(value: unknown): string {
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return typeof value === 'string' ? value : String(value);
  } catch {
    return '[a value that cannot be shown]';
  }
}
