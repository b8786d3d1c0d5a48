// The statistics of delivery. At any moment each recorded span that has ended is in exactly one place:
//
//   ended - unsampled = held + queued + spooled + sent + rejected + dropped

import type { TailStats } from '../spans/tail-stats.js';

/** The drop reasons of this version. */
export type KnownDropReason =
  | 'queue_full'
  | 'rejected_by_backend'
  | 'too_large'
  | 'shutdown'
  | 'spool_full'
  /** A getter among the span's values threw, or the batch could not be converted to JSON. */
  | 'unreadable'
  /** The exporter could not start: its key is missing, or its settings are invalid. */
  | 'exporter_off'
  /** The record in the spool differs from the written one. */
  | 'spool_corrupt'
  /** `onSpanEnd` or the predicate of `only()` returned false. */
  | 'filtered'
  /** Its trace was dropped by the ratio before its end, because more traces were open than fit into `sample.keep`. */
  | 'evicted'
  /** An OpenTelemetry exporter failed, threw, or did not call back in time. */
  | 'export_failed';

/** The reason for which a span was dropped. Minor releases add reasons, so a `switch` over them needs a `default`. */
export type DropReason = KnownDropReason | (string & Record<never, never>);

/** The number of dropped spans by reason. */
export type DroppedSpans = Readonly<Partial<Record<KnownDropReason, number>>> &
  Readonly<Record<string, number>>;

/** The encoding of requests: one of the two forms of OTLP over HTTP. */
export type Protocol = 'http/protobuf' | 'http/json';

/** The statistics of one destination, in spans unless the description names another unit. */
export interface ExporterStats {
  /** The name of the exporter. */
  readonly exporter: string;
  /** The encoding of the requests. Absent if spans are not sent over HTTP. */
  readonly protocol?: Protocol | undefined;
  /**
   * Recorded spans that ended, and the spans replayed from the spool of an earlier process. A span that sampling leaves out
   * at its start is not recorded, unless tail sampling or an exporter for every span needs it.
   */
  readonly ended: number;
  /** Of `ended`: without the sampled flag, recorded for metrics or tail sampling only, or of a trace that is not kept. */
  readonly unsampled: number;
  /** Of `ended`: left in the spool by an earlier process. */
  readonly replayed?: number | undefined;
  /** Held by tail sampling until their trace is decided. They are `unsampled` if it is not kept. */
  readonly held: number;
  /** Waiting in memory. */
  readonly queued: number;
  /** Waiting on disk only. */
  readonly spooled: number;
  /** Of `queued` and `spooled`: being sent, including the pauses between two attempts. */
  readonly inFlight?: number | undefined;
  /** Accepted by the backend. */
  readonly sent: number;
  /** Rejected one by one in a partial success. */
  readonly rejected: number;
  /** Dropped, by reason. */
  readonly dropped: DroppedSpans;
  /** Kept although `onSpanEnd` returned `false`: a local child or another process refers to the span. */
  readonly filter_refused?: number | undefined;
  /** Sent again after a response was lost, so the backend may have them twice. */
  readonly maybeDuplicated?: number | undefined;
  /** Requests that were sent again. */
  readonly retries: number;
  /** Bytes of the request bodies as they were sent. */
  readonly bytes: number;
  /** The last error, in one line. */
  readonly lastError?: string | undefined;
}

/** The statistics of an exporter, as far as it has them. A count that is missing or undefined is 0. */
export type PartialStats = { readonly [K in keyof ExporterStats]?: ExporterStats[K] | undefined };

/** The result of `trace.stats()`: one row for each destination. */
export interface DeliveryStats {
  readonly exporters: readonly ExporterStats[];
  /** The statistics of tail sampling. Present with the option `sample.keep`. */
  readonly tail?: TailStats;
  /** Calls on spans that had already ended, such as `setAttribute` after `end`. They had no effect. */
  readonly lateCalls: number;
}
