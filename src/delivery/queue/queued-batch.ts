// A batch between the batcher and the backend's decision, with its delivery state.

import type { EncodedBatch } from '../batch/batch.js';
import type { SpoolRecord } from '../spool/segment.js';
import type { WaitingPlace } from '../span-accounting.js';

/** A batch that one destination has to deliver. */
export interface QueuedBatch extends EncodedBatch {
  /** Grows with each batch. A flush waits for all batches up to the newest at its start. */
  readonly sequence: number;
  /** The place in which the accounting counts its spans. */
  readonly place: WaitingPlace;
  /** The record on disk, if there is one. The parts of a split batch share it. */
  readonly spoolCopy: SpoolCopy | undefined;
  /** The first send, on the monotonic clock. */
  firstSentMs: number | undefined;
  /** The number of sends. */
  attempts: number;
  /** A request was sent completely and received no response, so the backend may have the spans. */
  mayHaveArrived: boolean;
  /** The accounting has counted its spans as `maybeDuplicated`. */
  isCountedAsDuplicated: boolean;
}

/** A record on disk, with the number of queued batches that it backs. */
export interface SpoolCopy {
  readonly record: SpoolRecord;
  openParts: number;
}

// The objects around the bytes. Counted so that the bound also holds for a million tiny batches.
const OVERHEAD_BYTES = 256;

/**
 * Creates the delivery state of a new batch.
 *
 * @param batch the bytes
 * @param sequence its position among the batches of the destination
 * @param place the place in which its spans are counted
 * @param record its copy on disk. A record that was in flight when its process died may have arrived.
 */
export function createQueuedBatch(
  batch: EncodedBatch,
  sequence: number,
  place: WaitingPlace,
  record: SpoolRecord | undefined,
): QueuedBatch {
  return {
    bytes: batch.bytes,
    spanCount: batch.spanCount,
    sequence,
    place,
    spoolCopy: record === undefined ? undefined : { record, openParts: 1 },
    firstSentMs: undefined,
    attempts: 0,
    mayHaveArrived: record?.state === 'inFlight',
    isCountedAsDuplicated: false,
  };
}

/** The bytes of memory that a queued batch takes. */
export function estimateMemoryBytes(batch: EncodedBatch): number {
  return batch.bytes.length + OVERHEAD_BYTES;
}
