// The log of diagnostics: each matter once, limited per minute. No call throws.

import { type Diagnostic, formatDiagnostic } from './diagnostic.js';
import { pluralize } from './pluralize.js';
import { catchRejection } from './catch-rejection.js';
import { writeQuietly } from './write-quietly.js';

/** The output of diagnostics. `console`, pino and winston fit. */
export interface Logger {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

/** The methods of a logger that an application has. */
export type PartialLogger = { readonly [K in keyof Logger]?: Logger[K] | undefined };

/** The severity of a diagnostic. */
export type Level = keyof Logger;

/** The dependencies of the diagnostics; tests inject their own. */
export interface DiagnosticsOptions {
  readonly logger: Logger;
  /** The least severe level that is written. @default 'info' */
  readonly level?: Level | 'none';
  /** Milliseconds that only move forward. @default performance.now */
  readonly nowMs?: () => number;
  /** Messages written per minute; further ones are counted. @default 60 */
  readonly perMinute?: number;
}

/** Writes diagnostics to the logger. No method throws, even if the logger does. */
export interface Diagnostics extends Logger {
  /** Writes a message the first time its key is used, and never again in this process. */
  once(key: string, level: Level, message: string): void;
  /** Writes a diagnostic. @internal */
  report(level: Level, diagnostic: Diagnostic): void;
  /** Writes a diagnostic the first time its key is used, and never again in this process. @internal */
  reportOnce(key: string, level: Level, diagnostic: Diagnostic): void;
}

/** Diagnostics whose level can be changed. */
export interface DiagnosticsLog extends Diagnostics {
  /** Sets the least severe level that is written. */
  setLevel(level: Level | 'none'): void;
}

const RANK: Record<Level | 'none', number> = { none: 0, error: 1, warn: 2, info: 3, debug: 4 };
const WINDOW_MS = 60_000;
const MAX_KEYS = 1_000;

/**
 * Creates the diagnostics in front of the application's logger.
 *
 * @param options logger, level, clock and rate limit
 */
export function createDiagnostics(options: DiagnosticsOptions): DiagnosticsLog {
  const { logger, nowMs = () => performance.now(), perMinute = 60 } = options;
  const reportedKeys = new Set<string>();
  let level = options.level ?? 'info';
  let windowStart = Number.NEGATIVE_INFINITY;
  let inWindow = 0;
  let withheld = 0;
  let loggerFailed = false;

  function report(at: Level, diagnostic: Diagnostic): void {
    if (RANK[at] > RANK[level]) return;
    const now = nowMs();
    if (now - windowStart >= WINDOW_MS) {
      windowStart = now;
      inWindow = 0;
      if (withheld > 0) emit('warn', createWithheldDiagnostic(withheld));
      withheld = 0;
    }
    if (inWindow >= perMinute) {
      withheld++;
      return;
    }
    inWindow++;
    emit(at, diagnostic);
  }

  function emit(at: Level, diagnostic: Diagnostic): void {
    const message = formatForLog(at, diagnostic);
    // The application's logger failed: report it once on stderr, so that the exception does not reach the traced code.
    const failed = (error: unknown): void => {
      if (loggerFailed) return;
      loggerFailed = true;
      const thrown = safeText(error);
      stderrLogger.warn(
        formatDiagnostic({
          code: 'logger_failed',
          message: `the logger given to init() threw ${thrown} for this message: ${message}`,
        }),
      );
    };
    try {
      catchRejection(logger[at](message), failed);
    } catch (error) {
      failed(error);
    }
  }

  function reportOnce(key: string, at: Level, diagnostic: Diagnostic): void {
    if (reportedKeys.has(key) || reportedKeys.size >= MAX_KEYS) return;
    reportedKeys.add(key);
    report(at, diagnostic);
  }

  return {
    ...addTextMethods(report, reportOnce),
    setLevel(next) {
      level = next;
    },
  };
}

/**
 * Adds the text methods that exporters of the application use to the two methods that take diagnostics.
 *
 * @param report writes a diagnostic
 * @param reportOnce writes a diagnostic once for each key
 */
export function addTextMethods(
  report: Diagnostics['report'],
  reportOnce: Diagnostics['reportOnce'],
): Diagnostics {
  const asText = (message: string): Diagnostic => ({ code: 'exporter_message', message });
  return {
    error: message => report('error', asText(message)),
    warn: message => report('warn', asText(message)),
    info: message => report('info', asText(message)),
    debug: message => report('debug', asText(message)),
    once: (key, at, message) => reportOnce(key, at, asText(message)),
    report,
    reportOnce,
  };
}

/** Warnings and errors end with their code. Other levels, and messages of the application's exporters, are text only. */
function formatForLog(level: Level, diagnostic: Diagnostic): string {
  const hasCode = (level === 'warn' || level === 'error') && diagnostic.code !== 'exporter_message';
  return hasCode ? formatDiagnostic(diagnostic) : diagnostic.message;
}

function createWithheldDiagnostic(count: number): Diagnostic {
  const counted = pluralize(count, 'further message was', 'further messages were');
  return { code: 'messages_withheld', message: `${counted} withheld in the last minute` };
}

/** The default logger: one line per message on standard error, prefixed `[trace]`. */
export const stderrLogger: Logger = {
  error: message => writeLine(message),
  warn: message => writeLine(message),
  info: message => writeLine(message),
  debug: message => writeLine(message),
};

function writeLine(message: string): void {
  writeQuietly(process.stderr, `[trace] ${message}\n`);
}

/**
 * Converts any value to text, including objects with throwing getters, cyclic values and revoked proxies.
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
