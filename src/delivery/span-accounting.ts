// The statistics of one destination. Each method moves spans from one place to another and none creates or removes a
// span, so the equation in stats.ts always holds.

import type { ExporterStats, KnownDropReason, Protocol } from './stats.js';

/** The places in which a span can wait. */
export type WaitingPlace = 'queued' | 'spooled';

/** Counts the spans of one destination. */
export class SpanAccounting {
  readonly #exporter: string;
  readonly #protocol: Protocol | undefined;
  readonly #waiting: Record<WaitingPlace, number> = { queued: 0, spooled: 0 };
  readonly #dropped: Partial<Record<KnownDropReason, number>> = {};
  #ended = 0;
  #unsampled = 0;
  #replayed = 0;
  #sent = 0;
  #rejected = 0;
  #maybeDuplicated = 0;
  #retries = 0;
  #bytes = 0;
  #lastError: string | undefined;

  /**
   * @param exporter the name of the exporter
   * @param protocol the encoding of the requests; undefined if spans are not sent over HTTP
   */
  constructor(exporter: string, protocol?: Protocol) {
    this.#exporter = exporter;
    this.#protocol = protocol;
  }

  /** Counts a sampled span that ended and waits in memory. */
  countEnded(): void {
    this.#ended++;
    this.#waiting.queued++;
  }

  /** Counts a span that ended and is not sampled. */
  countUnsampled(): void {
    this.#ended++;
    this.#unsampled++;
  }

  /** Counts spans of an earlier process that were found in the spool. */
  countReplayed(spans: number): void {
    this.#ended += spans;
    this.#replayed += spans;
    this.#waiting.spooled += spans;
  }

  /** Counts spans that moved between memory and disk. */
  countMoved(from: WaitingPlace, to: WaitingPlace, spans: number): void {
    this.#waiting[from] -= spans;
    this.#waiting[to] += spans;
  }

  /** Counts the spans of a request that the backend accepted, and those of them that it rejected. */
  countAccepted(from: WaitingPlace, spans: number, rejected: number): void {
    this.#waiting[from] -= spans;
    this.#sent += spans - rejected;
    this.#rejected += rejected;
  }

  /** Counts dropped spans. */
  countDropped(from: WaitingPlace, spans: number, reason: KnownDropReason): void {
    if (spans === 0) return;
    this.#waiting[from] -= spans;
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + spans;
  }

  /** Counts a request that is sent again. */
  countRetry(): void {
    this.#retries++;
  }

  /** Counts spans that are sent although the backend may have them. */
  countMaybeDuplicated(spans: number): void {
    this.#maybeDuplicated += spans;
  }

  /** Counts the bytes of a request body as it was sent. */
  countBytes(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Keeps the last error, as one line. */
  recordError(message: string): void {
    this.#lastError = message;
  }

  /**
   * Returns the statistics.
   *
   * @param inFlight the number of waiting spans that are being sent
   */
  stats(inFlight: number): ExporterStats {
    return {
      exporter: this.#exporter,
      ...(this.#protocol === undefined ? {} : { protocol: this.#protocol }),
      ended: this.#ended,
      unsampled: this.#unsampled,
      replayed: this.#replayed,
      held: 0,
      queued: this.#waiting.queued,
      spooled: this.#waiting.spooled,
      inFlight,
      sent: this.#sent,
      rejected: this.#rejected,
      dropped: { ...this.#dropped },
      maybeDuplicated: this.#maybeDuplicated,
      retries: this.#retries,
      bytes: this.#bytes,
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }
}
