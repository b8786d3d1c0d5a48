// What an exporter says of itself before init() has switched it on.

import type { Check } from '../core/check.js';
import type { ExporterStats, Protocol } from '../delivery/stats.js';

/** Numbers of an exporter that has seen no span. */
export function nothingYet(exporter: string, protocol?: Protocol): ExporterStats {
  return {
    exporter,
    ...(protocol === undefined ? {} : { protocol }),
    ended: 0,
    unsampled: 0,
    queued: 0,
    spooled: 0,
    sent: 0,
    rejected: 0,
    dropped: {},
    retries: 0,
    bytes: 0,
  };
}

/** The finding that init() has not been called. */
export function notStarted(name: string): Check {
  return { name, status: 'error', message: 'not started', fix: 'Call init() first.' };
}
