// The numbers of delivery: every ended span is in exactly one of these places at any moment:
//
//   ended - unsampled = queued + spooled + sent + rejected + dropped

import type { TailStats } from '../spans/tail-stats.js';

/** Why a span was given up. */
export type DropReason =
  | 'queue_full'
  | 'rejected_by_backend'
  | 'too_large'
  | 'shutdown'
  | 'spool_full'
  /** The span's own values could not be read: a getter threw. Or its bytes could not be made into JSON. */
  | 'unreadable'
  /** The exporter could not start: its key is missing, or its settings cannot be used. */
  | 'exporter_off'
  /** What came back from the spool was not what had been written. */
  | 'spool_corrupt';

/** How spans are written into a request: OTLP in either of its forms over HTTP. */
export type Protocol = 'http/protobuf' | 'http/json';

/** The numbers of one destination; spans unless the name says otherwise. */
export interface ExporterStats {
  /** The exporter's name. */
  readonly exporter: string;
  /** How it writes spans; not there where they do not go over HTTP. */
  readonly protocol?: Protocol;
  /** Spans that ended, sampled or not; also those taken over from an earlier process's spool. */
  readonly ended: number;
  /** Of these, the spans that sampling left out. */
  readonly unsampled: number;
  /** Of `ended`, the spans that an earlier process had left in the spool. */
  readonly replayed?: number;
  /** Waiting in memory. */
  readonly queued: number;
  /** Waiting on disk only. */
  readonly spooled: number;
  /** Of `queued` and `spooled`, the spans that are being sent, pauses between two tries included. */
  readonly inFlight?: number;
  /** Accepted by the backend. */
  readonly sent: number;
  /** Refused one by one in a partial success. */
  readonly rejected: number;
  /** Given up, by reason. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Sent again after a response was lost, so the backend may hold them twice. */
  readonly maybeDuplicated?: number;
  /** Requests that were sent again. */
  readonly retries: number;
  /** Bytes on the wire, request bodies as they were sent. */
  readonly bytes: number;
  /** The last thing that went wrong, in one line. */
  readonly lastError?: string;
}

/** What `trace.stats()` answers: one row for each destination. */
export interface DeliveryStats {
  readonly exporters: readonly ExporterStats[];
  /** What waits for a decision at its trace's end, and what was decided; there with `sample.keep`. */
  readonly tail?: TailStats;
}
