// The numbers of delivery: every ended span is in exactly one of these places at any moment.

/** Why a span was given up. */
export type DropReason = 'queue_full' | 'rejected_by_backend' | 'too_large' | 'shutdown' | 'spool_full';

/** The numbers of one destination; spans unless the name says otherwise. */
export interface ExporterStats {
  /** The exporter's name. */
  readonly exporter: string;
  /** Spans that ended, sampled or not. */
  readonly ended: number;
  /** Of these, the spans that sampling left out. */
  readonly unsampled: number;
  /** Waiting in memory. */
  readonly queued: number;
  /** Waiting on disk. */
  readonly spooled: number;
  /** Accepted by the backend. */
  readonly sent: number;
  /** Refused one by one in a partial success. */
  readonly rejected: number;
  /** Given up, by reason. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Requests that were sent again. */
  readonly retries: number;
  /** Bytes on the wire. */
  readonly bytes: number;
  /** The last thing that went wrong, in one line. */
  readonly lastError?: string;
}

/** What `trace.stats()` answers: one row for each destination. */
export interface DeliveryStats {
  readonly exporters: readonly ExporterStats[];
}
