// The states of an exporter besides running: not started, and disabled by a configuration problem.

import type { Check } from '../core/check.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { ExporterStats, Protocol } from '../delivery/stats.js';
import { isSampled } from '../spans/trace-flags.js';
import type { StartedExporter } from './exporter.js';

/** A disabled exporter. Its processor counts spans and sends none. */
export interface DisabledExporter {
  readonly started: StartedExporter;
  readonly check: () => Promise<Check>;
}

/** The check of an exporter before `init()`. */
export async function notStartedCheck(name: string): Promise<Check> {
  return {
    name,
    status: 'error',
    code: 'not_started',
    message: `the exporter ${name} is not started`,
    fix: 'Call init() first.',
    source: name,
  };
}

/**
 * Creates an exporter that cannot start. Each span is counted as dropped, with the reason `exporter_off`.
 *
 * @param name the exporter's name
 * @param protocol how the exporter would encode spans; undefined if that is not known
 * @param diagnostic the problem that was reported at the start; the check repeats it with the same code and source
 */
export function disabledExporter(
  name: string,
  protocol: Protocol | undefined,
  diagnostic: Diagnostic,
): DisabledExporter {
  let ended = 0;
  let unsampled = 0;
  const { code, message, why, fix, source } = diagnostic;
  return {
    started: {
      processor: {
        onStart() {},
        onEnd(span) {
          ended++;
          if (!isSampled(span.spanContext())) unsampled++;
        },
        async forceFlush() {},
        async shutdown() {},
      },
      stats: () => ({
        ...emptyStats(name),
        ...(protocol === undefined ? {} : { protocol }),
        ended,
        unsampled,
        dropped: ended === unsampled ? {} : { exporter_off: ended - unsampled },
        lastError: message,
      }),
    },
    check: async () => ({
      name,
      status: 'error',
      code,
      message,
      ...(why === undefined ? {} : { why }),
      ...(fix === undefined ? {} : { fix }),
      ...(source === undefined ? {} : { source }),
    }),
  };
}

/** The statistics of an exporter that has received no span. */
export function emptyStats(exporter: string): ExporterStats {
  return {
    exporter,
    ended: 0,
    unsampled: 0,
    held: 0,
    queued: 0,
    spooled: 0,
    sent: 0,
    rejected: 0,
    dropped: {},
    retries: 0,
    bytes: 0,
  };
}
