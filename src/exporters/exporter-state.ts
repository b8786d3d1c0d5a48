// An exporter that cannot start: it says so once and counts what it does not send.

import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ExporterStats, Protocol } from '../delivery/stats.js';
import { isSampled } from '../spans/is-sampled.js';

/** A processor that sends nothing, and its numbers. */
export interface OffProcessor {
  readonly processor: SpanProcessor;
  stats(): ExporterStats;
}

/**
 * Makes the processor of an exporter that is off.
 *
 * @param name the exporter's name
 * @param protocol how it would send
 * @param lastError why it is off, in one line
 */
export function offProcessor(name: string, protocol: Protocol, lastError?: string): OffProcessor {
  let ended = 0;
  let unsampled = 0;
  return {
    processor: {
      onStart() {},
      onEnd(span) {
        ended++;
        if (!isSampled(span)) unsampled++;
      },
      async forceFlush() {},
      async shutdown() {},
    },
    stats: () => ({
      exporter: name,
      protocol,
      ended,
      unsampled,
      queued: 0,
      spooled: 0,
      sent: 0,
      rejected: 0,
      dropped: ended === unsampled ? {} : { exporter_off: ended - unsampled },
      retries: 0,
      bytes: 0,
      ...(lastError === undefined ? {} : { lastError }),
    }),
  };
}
