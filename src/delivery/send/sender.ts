// Sends the batches of one destination, one request at a time, and repeats a request until the backend has decided.
//
//   idle -> in flight -> accepted | dropped | split -> idle
//             ^   |
//             |   v  429, 502, 503, 504, no connection, no response
//           waiting: back-off with full jitter, or the time of Retry-After

import type { Clock } from '../../core/clock.js';
import { type Diagnostic, formatDiagnostic } from '../../core/diagnostic.js';
import { safeText } from '../../core/diagnostics.js';
import type { Timers } from '../../core/timers.js';
import { type DestinationInfo, formatDestination } from '../destination/destination-info.js';
import type { LogThrottle } from '../log-throttle.js';
import { notifyExportListeners } from '../metrics/export-listeners.js';
import { splitBatch } from '../otlp/split-request.js';
import { estimateMemoryBytes, type QueuedBatch } from '../queue/queued-batch.js';
import type { SpanAccounting } from '../span-accounting.js';
import type { Transport, TransportResult } from '../transport.js';
import { computeBackoffMs } from './backoff.js';
import { createOversizedSpanDiagnostic } from './failure-diagnostics.js';
import { classifyResult, type RetryDecision } from './retry-policy.js';

/** The dependencies of a sender. */
export interface SenderOptions {
  readonly destination: DestinationInfo;
  readonly transport: Transport;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: () => number;
  /** The time limit of one request in milliseconds, connecting included. */
  readonly timeoutMs: number;
  readonly accounting: SpanAccounting;
  readonly logThrottle: LogThrottle;
  /** Removes the oldest batch from the queue or the spool. */
  readonly nextBatch: () => QueuedBatch | undefined;
  /** Called when a batch is sent or dropped. */
  readonly onBatchDone: (batch: QueuedBatch) => void;
  /** Called when the sender waits before the next attempt; `isRequested` if the backend requires the pause. */
  readonly onBackOff: (ms: number, isRequested: boolean) => void;
}

// Added to the time of Retry-After, so that many clients do not return at the same instant.
const RETRY_AFTER_JITTER_MS = 1_000;

/** Sends the batches of one destination. */
export class Sender {
  readonly #options: SenderOptions;
  /** The batches in delivery, oldest first. There is more than one only after a split. */
  #batches: QueuedBatch[] = [];
  #request: AbortController | undefined;
  #cancelBackOff: (() => void) | undefined;
  #isBackOffRequested = false;
  #backOffEndMs = 0;
  #cancelStart: (() => void) | undefined;
  #failures = 0;
  #failingSinceMs: number | undefined;
  #hasResponded = false;
  #isStopped = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** The batches in delivery, oldest first. */
  get batches(): readonly QueuedBatch[] {
    return this.#batches;
  }

  /** The memory that the batches in delivery use, in bytes. */
  get memoryBytes(): number {
    let sum = 0;
    for (const batch of this.#batches) sum += estimateMemoryBytes(batch);
    return sum;
  }

  /** Whether the backend has never responded and the last attempt failed. */
  get isUnreachable(): boolean {
    return !this.#hasResponded && this.#failures > 0;
  }

  /** Starts sending soon, outside the turn of the caller. */
  schedule(): void {
    if (this.#isStopped || this.#request !== undefined || this.#cancelBackOff !== undefined) return;
    this.#cancelStart ??= this.#options.timers.after(0, () => {
      this.#cancelStart = undefined;
      this.#sendNext();
    });
  }

  /** Sends at once, because a flush is waiting. A pause that the backend requires is kept, a back-off is not. */
  sendNow(): void {
    if (this.#cancelBackOff !== undefined && !this.#isBackOffRequested) {
      this.#cancelBackOff();
      this.#cancelBackOff = undefined;
      this.#failures = 0;
    }
    if (this.#cancelBackOff === undefined) this.#sendNext();
    else this.#options.onBackOff(this.#backOffEndMs - this.#options.clock.monotonicMs(), true);
  }

  /** Stops for good and returns the batches in delivery. A request in flight may or may not have arrived. */
  stop(): readonly QueuedBatch[] {
    this.#isStopped = true;
    this.#cancelBackOff?.();
    this.#cancelStart?.();
    const [first] = this.#batches;
    if (this.#request !== undefined && first !== undefined) first.mayHaveArrived = true;
    this.#request?.abort();
    this.#request = undefined;
    const left = this.#batches;
    this.#batches = [];
    return left;
  }

  #sendNext(): void {
    if (this.#isStopped || this.#request !== undefined || this.#cancelBackOff !== undefined) return;
    const batch = this.#batches[0] ?? this.#options.nextBatch();
    if (batch === undefined) return;
    this.#batches[0] = batch;
    void this.#send(batch);
  }

  async #send(batch: QueuedBatch): Promise<void> {
    const { timers, timeoutMs, clock, accounting, destination } = this.#options;
    const request = new AbortController();
    this.#request = request;
    batch.firstSentMs ??= clock.monotonicMs();
    if (batch.attempts++ > 0) accounting.countRetry();
    if (batch.mayHaveArrived && !batch.isCountedAsDuplicated) {
      batch.isCountedAsDuplicated = true;
      accounting.countMaybeDuplicated(batch.spanCount);
    }
    batch.spoolCopy?.record.segment.mark(batch.spoolCopy.record, 'inFlight');
    const cancelTimeout = timers.after(timeoutMs, () => request.abort());
    const result = await this.#transmit(batch, request.signal);
    cancelTimeout();
    // stop() has returned the batch in the meantime, and its caller accounts for it.
    if (this.#request !== request) return;
    this.#request = undefined;
    accounting.countBytes(result.wireBytes);
    this.#apply(batch, classifyResult(result, destination, clock.wallMs()), result);
    this.#sendNext();
  }

  async #transmit(batch: QueuedBatch, signal: AbortSignal): Promise<TransportResult> {
    try {
      return await this.#options.transport.send({ body: batch.bytes, signal });
    } catch (error) {
      // A transport must not throw. If one does, its spans must not be lost.
      const message = safeText(error);
      return { kind: 'failure', code: 'TRANSPORT', message, isRequestSent: true, wireBytes: 0 };
    }
  }

  #apply(batch: QueuedBatch, decision: RetryDecision, result: TransportResult): void {
    const status = result.kind === 'response' ? result.status : undefined;
    if (decision.diagnostic !== undefined) this.#report(decision.diagnostic, decision.kind, status);
    if (result.kind !== 'failure') this.#hasResponded = true;
    if (decision.kind === 'retry') return this.#backOff(batch, decision);
    this.#endFailures();
    if (decision.kind === 'split') return this.#split(batch, status);
    const { accounting } = this.#options;
    if (decision.kind === 'drop') {
      accounting.countDropped(batch.place, batch.spanCount, decision.reason);
      // A web page has status 200, which is not the cause.
      const cause = status === undefined || status < 300 ? decision.reason : String(status);
      this.#finish(batch, status, cause);
    } else {
      accounting.countAccepted(batch.place, batch.spanCount, Math.min(decision.rejected, batch.spanCount));
      this.#finish(batch, status, decision.rejected > 0 ? 'rejected' : undefined);
    }
  }

  #backOff(batch: QueuedBatch, { afterMs, mayHaveArrived }: RetryDecision & { kind: 'retry' }): void {
    const { timers, random, clock, onBackOff } = this.#options;
    this.#failures++;
    this.#failingSinceMs ??= clock.monotonicMs();
    batch.mayHaveArrived ||= mayHaveArrived;
    const ms =
      afterMs === undefined
        ? computeBackoffMs(this.#failures, random)
        : afterMs + random() * RETRY_AFTER_JITTER_MS;
    this.#isBackOffRequested = afterMs !== undefined;
    this.#backOffEndMs = clock.monotonicMs() + ms;
    this.#cancelBackOff = timers.after(ms, () => {
      this.#cancelBackOff = undefined;
      this.#sendNext();
    });
    onBackOff(ms, this.#isBackOffRequested);
  }

  #split(batch: QueuedBatch, status: number | undefined): void {
    const halves = splitBatch(batch);
    if (halves === undefined) {
      this.#report(
        createOversizedSpanDiagnostic(batch.bytes.length, this.#options.destination),
        'split',
        undefined,
      );
      this.#options.accounting.countDropped(batch.place, batch.spanCount, 'too_large');
      this.#finish(batch, status, 'too_large');
      return;
    }
    if (batch.spoolCopy !== undefined) batch.spoolCopy.openParts++;
    const parts = halves.map(half => ({ ...batch, ...half, firstSentMs: undefined, attempts: 0 }));
    this.#batches.splice(0, 1, ...parts);
  }

  #finish(batch: QueuedBatch, status: number | undefined, errorType: string | undefined): void {
    const { destination, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    notifyExportListeners({
      exporter: destination.name,
      protocol: destination.protocol,
      durationMs: nowMs - (batch.firstSentMs ?? nowMs),
      status,
      errorType,
    });
    this.#batches.shift();
    this.#options.onBatchDone(batch);
  }

  #report(diagnostic: Diagnostic, kind: RetryDecision['kind'], status: number | undefined): void {
    const { accounting, logThrottle } = this.#options;
    const { code } = diagnostic;
    accounting.recordError(formatDiagnostic(diagnostic));
    logThrottle.warn(diagnostic, {
      // One code covers many statuses; each of them is reported.
      key: kind === 'drop' && status !== undefined ? `${code}:${status}` : code,
      // Without a receiver at the default endpoint, one message is enough.
      isOnce: code === 'receiver_unreachable',
    });
  }

  #endFailures(): void {
    const { logThrottle, clock, destination } = this.#options;
    if (this.#failingSinceMs !== undefined) {
      const seconds = Math.round((clock.monotonicMs() - this.#failingSinceMs) / 1_000);
      logThrottle.report('info', {
        code: 'backend_recovered',
        message: `${formatDestination(destination)} accepts spans again after ${seconds} s`,
        source: destination.name,
      });
    }
    this.#failures = 0;
    this.#failingSinceMs = undefined;
  }
}
