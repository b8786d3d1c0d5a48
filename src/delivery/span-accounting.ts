// The books of one destination. A span is never created or lost here, only moved from one account to another,
// so that the equation in stats.ts holds by construction.

import type { DropReason, ExporterStats, Protocol } from './stats.js';

/** The accounts in which a span can wait. */
export type Waiting = 'queued' | 'spooled';

/** The books of one destination. */
export class Ledger {
  readonly #exporter: string;
  readonly #protocol: Protocol | undefined;
  readonly #waiting: Record<Waiting, number> = { queued: 0, spooled: 0 };
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  #ended = 0;
  #unsampled = 0;
  #replayed = 0;
  #sent = 0;
  #rejected = 0;
  #maybeDuplicated = 0;
  #retries = 0;
  #bytes = 0;
  #lastError: string | undefined;

  constructor(exporter: string, protocol?: Protocol) {
    this.#exporter = exporter;
    this.#protocol = protocol;
  }

  /** A sampled span ended and now waits in memory. */
  ended(): void {
    this.#ended++;
    this.#waiting.queued++;
  }

  /** A span ended that sampling left out. */
  unsampled(): void {
    this.#ended++;
    this.#unsampled++;
  }

  /** Spans of an earlier process were found in the spool. */
  replayed(spans: number): void {
    this.#ended += spans;
    this.#replayed += spans;
    this.#waiting.spooled += spans;
  }

  /** Spans went from memory to disk, or back. */
  moved(from: Waiting, to: Waiting, spans: number): void {
    this.#waiting[from] -= spans;
    this.#waiting[to] += spans;
  }

  /** The backend accepted spans, all but the rejected ones. */
  accepted(from: Waiting, spans: number, rejected: number): void {
    this.#waiting[from] -= spans;
    this.#sent += spans - rejected;
    this.#rejected += rejected;
  }

  /** Spans were given up. */
  dropped(from: Waiting, spans: number, reason: DropReason): void {
    if (spans === 0) return;
    this.#waiting[from] -= spans;
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + spans;
  }

  /** A request is sent again. */
  retried(): void {
    this.#retries++;
  }

  /** Spans are sent that may already be at the backend. */
  duplicated(spans: number): void {
    this.#maybeDuplicated += spans;
  }

  /** A request body went out. */
  wired(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Something went wrong, in one line. */
  failed(message: string): void {
    this.#lastError = message;
  }

  /** Spans that wait in one account. */
  waiting(account: Waiting): number {
    return this.#waiting[account];
  }

  /**
   * The books as they stand.
   *
   * @param inFlight of the waiting spans, those that are being sent
   */
  stats(inFlight: number): ExporterStats {
    return {
      exporter: this.#exporter,
      ...(this.#protocol === undefined ? {} : { protocol: this.#protocol }),
      ended: this.#ended,
      unsampled: this.#unsampled,
      replayed: this.#replayed,
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
