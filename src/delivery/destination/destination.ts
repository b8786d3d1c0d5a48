// One destination: its queue, its spool, its sender and its statistics. Destinations share batches and nothing else, so
// that a backend in trouble never slows another one.

import type { Clock } from '../../core/clock.js';
import { pluralize } from '../../core/pluralize.js';
import type { Timers } from '../../core/timers.js';
import { type EncodedBatch, MAX_SPAN_MIB } from '../batch/batch.js';
import type { LogThrottle } from '../log-throttle.js';
import type { ResolvedDelivery } from '../options.js';
import { BatchQueue } from '../queue/batch-queue.js';
import { createQueuedBatch, type QueuedBatch } from '../queue/queued-batch.js';
import { createFinalFlushDiagnostics, sendAtExit } from '../send/final-flush.js';
import { Sender } from '../send/sender.js';
import { SpanAccounting } from '../span-accounting.js';
import { HEARTBEAT_MS } from '../spool/segment-owner.js';
import type { Spool } from '../spool/spool.js';
import { storeBatch } from '../spool/store-batch.js';
import type { ExporterStats, KnownDropReason } from '../stats.js';
import type { Transport } from '../transport.js';
import { type DestinationInfo, formatDestination } from './destination-info.js';
import { PendingFlushes } from './pending-flushes.js';

/** The parts of a destination. */
export interface DestinationParts {
  readonly info: DestinationInfo;
  readonly options: ResolvedDelivery;
  readonly transport: Transport;
  readonly spool: Spool | undefined;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logThrottle: LogThrottle;
}

/** Delivers batches to one backend. */
export class Destination {
  readonly #parts: DestinationParts;
  readonly #accounting: SpanAccounting;
  readonly #queue = new BatchQueue();
  readonly #sender: Sender;
  readonly #flushes: PendingFlushes;
  /** The sequence number of the newest batch. */
  #sequence = 0;
  /** The newest batch for which the last flush gave up. */
  #abandonedSequence = -1;
  /** Whether there may be segments of processes that have ended. Looked up again at each heartbeat. */
  #mayHaveOrphans: boolean;
  #stopHeartbeat: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: DestinationParts) {
    const { info, options, transport, timers, clock, random, logThrottle, spool } = parts;
    this.#parts = parts;
    this.#accounting = new SpanAccounting(info.name, info.protocol);
    this.#mayHaveOrphans = spool !== undefined;
    this.#flushes = new PendingFlushes({
      timers,
      clock,
      onWaiting: isWaiting => transport.hold(isWaiting),
      onAbandoned: sequence => {
        this.#abandonedSequence = sequence;
      },
    });
    this.#sender = new Sender({
      destination: info,
      transport,
      timers,
      clock,
      random,
      logThrottle,
      timeoutMs: options.requestTimeoutMs,
      accounting: this.#accounting,
      nextBatch: () => this.#nextBatch(),
      onBatchDone: batch => this.#onBatchDone(batch),
      onBackOff: (ms, isRequested) => this.#onBackOff(ms, isRequested),
    });
    if (spool !== undefined) {
      this.#startHeartbeat();
      this.#sender.schedule();
    }
  }

  /** Counts an ended span. A sampled one is in the open batch from now on. */
  countEnded(isSampled: boolean): void {
    if (isSampled) this.#accounting.countEnded();
    else this.#accounting.countUnsampled();
  }

  /** Counts an ended span that is dropped before it reaches a batch. */
  countDropped(reason: KnownDropReason): void {
    this.#accounting.countDropped('queued', 1, reason);
    if (reason !== 'too_large') return;
    const { logThrottle, info } = this.#parts;
    logThrottle.warn({
      code: 'span_too_large',
      message: `${formatDestination(info)}: a span of more than ${MAX_SPAN_MIB} MiB was dropped, because no backend accepts it`,
      fix: 'Keep large values out of attributes.',
      source: info.name,
    });
  }

  /** Adds a batch to the queue. If the queue exceeds its bound, the oldest batches are stored on disk or dropped. */
  enqueue(batch: EncodedBatch): void {
    if (this.#isClosed) {
      this.#accounting.countDropped('queued', batch.spanCount, 'shutdown');
      return;
    }
    const { options, spool } = this.#parts;
    const isStoredFirst = options.spool !== false && options.spool.mode === 'always';
    const record = isStoredFirst ? spool?.append(batch) : undefined;
    this.#queue.push(
      createQueuedBatch(batch, ++this.#sequence, 'queued', typeof record === 'object' ? record : undefined),
    );
    this.#sender.schedule();
    while (this.#queue.bytes + this.#sender.memoryBytes > options.maxQueueBytes) {
      const oldest = this.#queue.shift();
      if (oldest === undefined) break;
      this.#evict(oldest);
    }
  }

  /**
   * Waits until everything enqueued so far is sent or dropped.
   *
   * @param timeoutMs the time limit, which keeps the process alive
   * @returns false at the limit, if the backend has never responded, and if it requires a longer pause
   */
  drain(timeoutMs: number): Promise<boolean> {
    if (this.#isDrained(this.#sequence)) return Promise.resolve(true);
    const isDrained = this.#flushes.wait(this.#sequence, timeoutMs);
    this.#sender.sendNow();
    return isDrained;
  }

  /**
   * Stops, and stores, sends or counts the remaining batches. Runs synchronously, so also while the process exits.
   * Later calls do nothing.
   */
  rescue(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopHeartbeat?.();
    const before = this.stats();
    for (const batch of this.#sender.stop()) this.#rescueBatch(batch);
    for (let batch = this.#queue.shift(); batch !== undefined; batch = this.#queue.shift()) {
      this.#rescueBatch(batch);
    }
    this.#flushes.abandonAll();
    this.#parts.spool?.close();
    this.#parts.transport.close();
    this.#reportFinalFlush(before);
  }

  /** Milliseconds for a flush without another limit. */
  get flushTimeoutMs(): number {
    return this.#parts.options.flushTimeoutMs;
  }

  /** Whether another flush would send nothing: nothing is left, or only batches for which the last flush gave up. */
  get isIdle(): boolean {
    return this.#abandonedSequence === this.#sequence || this.#isDrained(this.#sequence);
  }

  /** Reports the spans that are left after a flush that reached its limit. */
  reportIncompleteFlush(): void {
    const { queued, spooled } = this.stats();
    const { info, logThrottle } = this.#parts;
    const left = `${pluralize(queued, 'span waits', 'spans wait')} in memory, ${spooled} on disk`;
    logThrottle.report(this.#flushLevel(), {
      code: 'flush_incomplete',
      message: `${formatDestination(info)}: the flush ended before everything was delivered; ${left}`,
      fix: 'Give the flush more time, or raise delivery.flushTimeoutMs.',
      source: info.name,
    });
  }

  /** The statistics of this destination. */
  stats(): ExporterStats {
    return this.#accounting.stats(this.#sender.batches.reduce((sum, { spanCount }) => sum + spanCount, 0));
  }

  /** Removes the next batch to send: from memory, then from our spool segments, then from those of ended processes. */
  #nextBatch(): QueuedBatch | undefined {
    const { spool } = this.#parts;
    const queued = this.#queue.shift();
    if (queued !== undefined || spool === undefined) return queued;
    for (;;) {
      const record = spool.dequeue();
      if (record === undefined) {
        const adoptedSpans = this.#mayHaveOrphans ? spool.adoptOrphan() : undefined;
        if (adoptedSpans === undefined) {
          this.#mayHaveOrphans = false;
          this.#endDrainedFlushes();
          return undefined;
        }
        this.#accounting.countReplayed(adoptedSpans);
        continue;
      }
      const bytes = record.segment.read(record);
      if (bytes === undefined) {
        this.#accounting.countDropped('spooled', record.spanCount, 'spool_corrupt');
        spool.complete(record);
        continue;
      }
      return createQueuedBatch({ bytes, spanCount: record.spanCount }, 0, 'spooled', record);
    }
  }

  #onBatchDone({ spoolCopy }: QueuedBatch): void {
    if (spoolCopy !== undefined && --spoolCopy.openParts === 0) this.#parts.spool?.complete(spoolCopy.record);
    this.#endDrainedFlushes();
  }

  #onBackOff(ms: number, isRequested: boolean): void {
    if (this.#sender.isUnreachable) this.#flushes.abandonAll();
    else if (isRequested) this.#flushes.abandonBefore(this.#parts.clock.monotonicMs() + ms);
  }

  #endDrainedFlushes(): void {
    this.#flushes.endDrained(sequence => this.#isDrained(sequence));
  }

  #isDrained(sequence: number): boolean {
    const oldest = this.#queue.peek();
    if (oldest !== undefined && oldest.sequence <= sequence) return false;
    if (this.#sender.batches.some(batch => batch.sequence <= sequence)) return false;
    return !this.#mayHaveOrphans && this.#parts.spool?.hasQueued !== true;
  }

  /** Stores or drops a batch for which there is no memory. */
  #evict(batch: QueuedBatch): void {
    const { logThrottle, info, options } = this.#parts;
    const failure = this.#moveToSpool(batch);
    if (failure === undefined) return;
    const reason = failure === 'full' ? 'spool_full' : 'queue_full';
    this.#accounting.countDropped('queued', batch.spanCount, reason);
    logThrottle.warn({
      code: 'queue_full',
      message: `${formatDestination(info)}: the queue holds ${options.maxQueueBytes} bytes of spans, and the oldest are dropped`,
      fix: 'Raise delivery.maxQueueBytes, or set delivery.spool to a directory.',
      source: info.name,
    });
    this.#endDrainedFlushes();
  }

  /** Sends a batch synchronously if the transport can, else stores it, else drops it. */
  #rescueBatch(batch: QueuedBatch): void {
    if (batch.place === 'spooled') return void storeBatch(batch, this.#parts.spool);
    if (sendAtExit(batch, { ...this.#parts, accounting: this.#accounting })) return this.#onBatchDone(batch);
    const failure = this.#moveToSpool(batch);
    if (failure === undefined) return;
    const reason = failure === 'full' ? 'spool_full' : 'shutdown';
    this.#accounting.countDropped('queued', batch.spanCount, reason);
  }

  /** Moves a batch from memory to disk. Returns the reason if that fails. */
  #moveToSpool(batch: QueuedBatch): 'full' | 'broken' | undefined {
    const record = storeBatch(batch, this.#parts.spool);
    if (typeof record === 'string') return record;
    this.#parts.spool?.enqueue(record);
    this.#accounting.countMoved('queued', 'spooled', batch.spanCount);
    return undefined;
  }

  #reportFinalFlush(before: ExporterStats): void {
    const { info, logThrottle, options } = this.#parts;
    const { lost, spooled } = createFinalFlushDiagnostics(
      info,
      before,
      this.stats(),
      options.spool !== false,
    );
    if (lost !== undefined) logThrottle.report(this.#flushLevel(), lost);
    if (spooled !== undefined) logThrottle.report('info', spooled);
  }

  /** Work without a receiver at the default endpoint is reported once, by the sender. */
  #flushLevel(): 'warn' | 'debug' {
    return this.#parts.info.isDefaultEndpoint && this.#sender.isUnreachable ? 'debug' : 'warn';
  }

  #startHeartbeat(): void {
    this.#stopHeartbeat = this.#parts.timers.after(HEARTBEAT_MS, () => {
      this.#parts.spool?.heartbeat();
      this.#mayHaveOrphans = true;
      this.#sender.schedule();
      this.#startHeartbeat();
    });
  }
}
