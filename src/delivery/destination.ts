// One backend: its books, what waits for it in memory and on disk, and its sender. Destinations share chunks and
// nothing else, so that one in trouble never slows another.

import type { Clock } from '../core/clock.js';
import { pluralize } from '../core/pluralize.js';
import type { Chunk } from './batcher.js';
import { describeEnd, handOver } from './final-flush.js';
import { keepOnDisk } from './spool/store-batch.js';
import { Ledger } from './span-accounting.js';
import type { ResolvedDelivery } from './options.js';
import { ByteQueue, createLoad, type Load } from './byte-queue.js';
import { Sender } from './sender.js';
import { HEARTBEAT_MS } from './spool/owner.js';
import type { Spool } from './spool/spool.js';
import type { DropReason, ExporterStats } from './stats.js';
import type { Timers } from '../core/timers.js';
import type { Transport } from './transport.js';
import type { Target } from './error-messages.js';
import type { Voice } from './log-throttle.js';

/** What a destination needs. */
export interface DestinationSetup {
  readonly target: Target;
  readonly options: ResolvedDelivery;
  readonly transport: Transport;
  readonly spool: Spool | undefined;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly voice: Voice;
}

/** Somebody who waits for a flush. */
interface Waiter {
  readonly target: number;
  readonly deadlineMs: number;
  readonly finish: (drained: boolean) => void;
}

/** One backend, from the chunk to its answer. */
export class Destination {
  readonly #setup: DestinationSetup;
  readonly #ledger: Ledger;
  readonly #queue = new ByteQueue();
  readonly #sender: Sender;
  readonly #waiters = new Set<Waiter>();
  #seq = 0;
  #gaveUpSeq = -1;
  #mayAdopt: boolean;
  #stopHeartbeat: (() => void) | undefined;
  #closed = false;

  constructor(setup: DestinationSetup) {
    const { target, options, transport, timers, clock, random, voice, spool } = setup;
    this.#setup = setup;
    this.#ledger = new Ledger(target.name, target.protocol);
    this.#mayAdopt = spool !== undefined;
    this.#sender = new Sender({
      target,
      transport,
      timers,
      clock,
      random,
      voice,
      timeoutMs: options.timeoutMs,
      ledger: this.#ledger,
      next: () => this.#next(),
      onSettled: load => this.#onSettled(load),
      onWaiting: (ms, byRequest) => this.#onWaiting(ms, byRequest),
    });
    if (spool !== undefined) {
      this.#beat();
      this.#sender.wake();
    }
  }

  /** A span ended; `sampled` ones wait in the open chunk from now on. */
  ended(sampled: boolean): void {
    if (sampled) this.#ledger.ended();
    else this.#ledger.unsampled();
  }

  /** A span that was counted as ended is given up before it came into a chunk. */
  gaveUp(reason: DropReason): void {
    this.#ledger.dropped('queued', 1, reason);
    if (reason !== 'too_large') return;
    const { voice, target } = this.#setup;
    voice.note({
      key: 'too_large',
      message: `${target.name} (${target.shown}): a span of more than 60 MiB was dropped, no backend takes it; keep large values out of attributes`,
    });
  }

  /** Takes a closed chunk, and makes room for it if it must. */
  offer(chunk: Chunk): void {
    if (this.#closed) {
      this.#ledger.dropped('queued', chunk.spans, 'shutdown');
      return;
    }
    const { options, spool } = this.#setup;
    const record = options.spool?.mode === 'always' ? spool?.append(chunk) : undefined;
    this.#queue.push(
      createLoad(chunk, ++this.#seq, 'queued', typeof record === 'object' ? record : undefined),
    );
    this.#sender.wake();
    while (this.#queue.bytes + this.#sender.bytes > options.maxQueueBytes) {
      const oldest = this.#queue.shift();
      if (oldest === undefined) break;
      this.#evict(oldest);
    }
  }

  /**
   * Waits until everything offered so far has been decided.
   *
   * @param timeoutMs the longest it waits; the process stays up for that
   * @returns whether all went out; false also when nobody has ever answered, or the backend asked for a longer pause
   */
  drain(timeoutMs: number): Promise<boolean> {
    const { timers, transport, clock } = this.#setup;
    if (this.#isDrained(this.#seq)) return Promise.resolve(true);
    return new Promise(resolve => {
      const waiter: Waiter = {
        target: this.#seq,
        deadlineMs: clock.monotonicMs() + timeoutMs,
        finish: drained => {
          if (!this.#waiters.delete(waiter)) return;
          if (!drained) this.#gaveUpSeq = waiter.target;
          cancel();
          if (this.#waiters.size === 0) transport.hold(false);
          resolve(drained);
        },
      };
      const cancel = timers.after(timeoutMs, () => waiter.finish(false), true);
      this.#waiters.add(waiter);
      transport.hold(true);
      this.#sender.hurry();
    });
  }

  /**
   * Stops, and puts what is left onto the disk or into the books; runs without a turn of the event loop, so also
   * while the process exits. Later calls do nothing.
   */
  rescue(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopHeartbeat?.();
    const before = this.stats();
    for (const load of this.#sender.stop()) this.#save(load);
    for (let load = this.#queue.shift(); load !== undefined; load = this.#queue.shift()) this.#save(load);
    for (const waiter of this.#waiters) waiter.finish(false);
    this.#setup.spool?.close();
    this.#setup.transport.close();
    this.#reportEnd(before);
  }

  /** Whether there is nothing another flush could bring out: nothing waits, or only what the last one gave up on. */
  get isIdle(): boolean {
    return this.#gaveUpSeq === this.#seq || this.#isDrained(this.#seq);
  }

  /** Says in one line what still waits after a flush that was not finished. */
  reportUnfinished(): void {
    const { queued, spooled } = this.stats();
    const { target } = this.#setup;
    this.#setup.voice.say(
      this.#level(),
      `${target.name} (${target.shown}): the flush ended before everything was delivered; ` +
        `${pluralize(queued, 'span waits', 'spans wait')} in memory, ${spooled} on disk`,
    );
  }

  stats(): ExporterStats {
    return this.#ledger.stats(this.#sender.work.reduce((sum, { spans }) => sum + spans, 0));
  }

  #next(): Load | undefined {
    const { spool } = this.#setup;
    const queued = this.#queue.shift();
    if (queued !== undefined || spool === undefined) return queued;
    for (;;) {
      const record = spool.take();
      if (record === undefined) {
        const adopted = this.#mayAdopt ? spool.adopt() : undefined;
        if (adopted === undefined) {
          this.#mayAdopt = false;
          this.#wakeWaiters();
          return undefined;
        }
        this.#ledger.replayed(adopted);
        continue;
      }
      const bytes = record.segment.read(record);
      if (bytes === undefined) {
        this.#ledger.dropped('spooled', record.spans, 'spool_corrupt');
        spool.done(record);
        continue;
      }
      return createLoad({ bytes, spans: record.spans }, 0, 'spooled', record);
    }
  }

  #onSettled(load: Load): void {
    if (load.copy !== undefined && --load.copy.parts === 0) this.#setup.spool?.done(load.copy.record);
    this.#wakeWaiters();
  }

  #onWaiting(ms: number, byRequest: boolean): void {
    const until = this.#setup.clock.monotonicMs() + ms;
    for (const waiter of this.#waiters) {
      if (this.#sender.isHopeless || (byRequest && until > waiter.deadlineMs)) waiter.finish(false);
    }
  }

  #wakeWaiters(): void {
    for (const waiter of this.#waiters) {
      if (this.#isDrained(waiter.target)) waiter.finish(true);
    }
  }

  #isDrained(target: number): boolean {
    const inHand = this.#sender.work.some(load => load.seq <= target);
    const oldest = this.#queue.peek();
    if (inHand || (oldest !== undefined && oldest.seq <= target)) return false;
    return !this.#mayAdopt && this.#setup.spool?.hasParked !== true;
  }

  /** Memory is full: the oldest goes to the disk, or is dropped. */
  #evict(load: Load): void {
    const { voice, target, options } = this.#setup;
    const place = this.#toDisk(load);
    if (place === 'disk') return;
    this.#ledger.dropped('queued', load.spans, place === 'full' ? 'spool_full' : 'queue_full');
    voice.note({
      key: 'queue_full',
      message:
        `${target.name} (${target.shown}): ${options.maxQueueBytes} bytes of spans wait already, the oldest are dropped; ` +
        'raise `delivery.maxQueueBytes`, or give `delivery.spool` a directory',
    });
    this.#wakeWaiters();
  }

  /** The process ends: what is not on disk yet goes out at once where that is possible, or to the disk, or is lost. */
  #save(load: Load): void {
    if (load.account === 'spooled') return void keepOnDisk(load, this.#setup.spool);
    if (handOver(load, { ...this.#setup, ledger: this.#ledger })) return this.#onSettled(load);
    const place = this.#toDisk(load);
    if (place !== 'disk') {
      this.#ledger.dropped('queued', load.spans, place === 'full' ? 'spool_full' : 'shutdown');
    }
  }

  #toDisk(load: Load): 'disk' | 'full' | 'none' {
    const record = keepOnDisk(load, this.#setup.spool);
    if (typeof record === 'string') return record === 'full' ? 'full' : 'none';
    this.#setup.spool?.park(record);
    this.#ledger.moved('queued', 'spooled', load.spans);
    return 'disk';
  }

  #reportEnd(before: ExporterStats): void {
    const { target, voice, options } = this.#setup;
    const { lost, kept } = describeEnd(target, before, this.stats(), options.spool !== undefined);
    if (lost !== undefined) voice.say(this.#level(), lost);
    if (kept !== undefined) voice.say('info', kept);
  }

  /** Who works without a receiver has been told so once, and needs no second line. */
  #level(): 'warn' | 'debug' {
    return this.#setup.target.isDefault && this.#sender.isHopeless ? 'debug' : 'warn';
  }

  #beat(): void {
    this.#stopHeartbeat = this.#setup.timers.after(HEARTBEAT_MS, () => {
      this.#setup.spool?.touch();
      this.#mayAdopt = true;
      this.#sender.wake();
      this.#beat();
    });
  }
}
