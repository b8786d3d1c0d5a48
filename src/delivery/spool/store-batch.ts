// Stores a batch on disk that memory cannot hold, or that is left at exit.

import type { QueuedBatch } from '../queue/queued-batch.js';
import type { AppendResult, Spool } from './spool.js';

/**
 * Stores a batch, or reuses its record, and marks the record as in flight if the batch may have arrived.
 *
 * @param batch the batch
 * @param spool the spool of its destination, if there is one
 * @returns the record, or the reason for which there is none
 */
export function storeBatch(batch: QueuedBatch, spool: Spool | undefined): AppendResult {
  const record = recordOf(batch, spool);
  if (typeof record !== 'string') {
    record.segment.mark(record, batch.mayHaveArrived ? 'inFlight' : 'waiting');
  }
  return record;
}

/** A part of a split batch gets a separate record, because the other part may have arrived. */
function recordOf(batch: QueuedBatch, spool: Spool | undefined): AppendResult {
  const { spoolCopy } = batch;
  if (spoolCopy?.record.spanCount === batch.spanCount) return spoolCopy.record;
  const record = spool?.append(batch) ?? 'broken';
  if (spoolCopy === undefined) return record;
  // There is no room for the part, so the record of the whole batch stays: duplicated spans rather than lost spans.
  if (typeof record === 'string') return spoolCopy.record;
  if (--spoolCopy.openParts === 0) spool?.complete(spoolCopy.record);
  return record;
}
