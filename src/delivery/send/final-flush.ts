// The end of a process: sends batches synchronously if the transport can, and reports the spans that are lost or on disk.

import { type Diagnostic, formatDiagnostic } from '../../core/diagnostic.js';
import { pluralize } from '../../core/pluralize.js';
import { type DestinationInfo, formatDestination } from '../destination/destination-info.js';
import type { LogThrottle } from '../log-throttle.js';
import type { QueuedBatch } from '../queue/queued-batch.js';
import type { SpanAccounting } from '../span-accounting.js';
import type { ExporterStats } from '../stats.js';
import type { Transport } from '../transport.js';
import { createFailureDiagnostic } from './failure-diagnostics.js';

/** The parts of a destination that take part in its final flush. */
export interface FinalFlush {
  readonly info: DestinationInfo;
  readonly transport: Transport;
  readonly logThrottle: LogThrottle;
  readonly accounting: SpanAccounting;
}

/**
 * Sends a batch synchronously.
 *
 * @returns whether the batch was stored and counted as sent; false also if the transport cannot send synchronously
 */
export function sendAtExit(
  batch: QueuedBatch,
  { info, transport, logThrottle, accounting }: FinalFlush,
): boolean {
  const result = transport.sendSync?.(batch.bytes);
  if (result === undefined) return false;
  accounting.countBytes(result.wireBytes);
  if (result.kind === 'success') {
    accounting.countAccepted(batch.place, batch.spanCount, 0);
    return true;
  }
  if (result.kind === 'failure') {
    const diagnostic = createFailureDiagnostic(result, info, false);
    accounting.recordError(formatDiagnostic(diagnostic));
    logThrottle.warn(diagnostic);
  }
  return false;
}

/**
 * Describes the spans that a shutdown left unsent.
 *
 * @param info the destination
 * @param before its statistics before the shutdown
 * @param after its statistics after the shutdown
 * @param hasSpool whether the user configured a spool
 * @returns a diagnostic for lost spans and one for spooled spans, if there are any
 */
export function createFinalFlushDiagnostics(
  info: DestinationInfo,
  before: ExporterStats,
  after: ExporterStats,
  hasSpool: boolean,
): { readonly lost?: Diagnostic; readonly spooled?: Diagnostic } {
  const label = formatDestination(info);
  const source = info.name;
  const lost = countLostSpans(after) - countLostSpans(before);
  const { spooled } = after;
  return {
    ...(lost > 0 && {
      lost: {
        code: 'spans_lost' as const,
        message: `${label}: ${pluralize(lost, 'span was', 'spans were')} lost at shutdown`,
        fix: hasSpool
          ? 'Check the directory and the maxBytes option of delivery.spool, and the free space on its disk.'
          : 'Set delivery.spool to keep such spans on disk for the next start.',
        source,
      },
    }),
    ...(spooled > 0 && {
      spooled: {
        code: 'spans_spooled' as const,
        message: `${label}: ${pluralize(spooled, 'span waits', 'spans wait')} on disk for the next start`,
        source,
      },
    }),
  };
}

function countLostSpans({ dropped }: ExporterStats): number {
  return (dropped.shutdown ?? 0) + (dropped.spool_full ?? 0);
}
