// Hands chunks to one backend, one at a time, and again until the backend has decided.
//
//   idle -> in flight -> accepted | refused | split -> idle
//             ^   |
//             |   v  429, 502, 503, 504, no connection, no answer
//           waiting: back-off with full jitter, or what Retry-After asks for

import type { Clock } from '../core/clock.js';
import { safeText } from '../core/diagnostics.js';
import { backoffMs } from './backoff.js';
import type { Ledger } from './span-accounting.js';
import { operationEnded } from './export-listeners.js';
import { type Load, weightOf } from './byte-queue.js';
import { splitChunk } from './otlp/split-request.js';
import type { Timers } from '../core/timers.js';
import type { Outcome, Transport } from './transport.js';
import type { Target } from './error-messages.js';
import { judge, type Note, type Verdict } from './retry-policy.js';
import type { Voice } from './log-throttle.js';

/** What a sender needs. */
export interface SenderSetup {
  readonly target: Target;
  readonly transport: Transport;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: () => number;
  /** Milliseconds for one request in all. */
  readonly timeoutMs: number;
  readonly ledger: Ledger;
  readonly voice: Voice;
  /** The next load, oldest first. */
  readonly next: () => Load | undefined;
  /** A load has found its end, whichever. */
  readonly onSettled: (load: Load) => void;
  /** The sender waits; `byRequest` when the backend asked for it. */
  readonly onWaiting: (ms: number, byRequest: boolean) => void;
}

// Added to what Retry-After says, so that many clients do not come back in the same instant.
const SPREAD_MS = 1_000;

/** Sends the loads of one destination. */
export class Sender {
  readonly #setup: SenderSetup;
  /** What is being delivered, head first; more than one only after a split. */
  #work: Load[] = [];
  #flight: AbortController | undefined;
  #stopWaiting: (() => void) | undefined;
  #waitsByRequest = false;
  #waitUntilMs = 0;
  #stopWaking: (() => void) | undefined;
  #failures = 0;
  #downSinceMs: number | undefined;
  #everAnswered = false;
  #stopped = false;

  constructor(setup: SenderSetup) {
    this.#setup = setup;
  }

  /** The loads in hand, oldest first. */
  get work(): readonly Load[] {
    return this.#work;
  }

  /** Bytes in hand. */
  get bytes(): number {
    let sum = 0;
    for (const load of this.#work) sum += weightOf(load);
    return sum;
  }

  /** Whether the backend has never answered, and the last try found nobody there. */
  get isHopeless(): boolean {
    return !this.#everAnswered && this.#failures > 0;
  }

  /** Starts sending soon, outside the caller's turn. */
  wake(): void {
    if (this.#stopped || this.#flight !== undefined || this.#stopWaiting !== undefined) return;
    this.#stopWaking ??= this.#setup.timers.after(0, () => {
      this.#stopWaking = undefined;
      this.#pump();
    });
  }

  /** Somebody waits: tries at once, unless the backend asked to be left alone. */
  hurry(): void {
    if (this.#stopWaiting !== undefined && !this.#waitsByRequest) {
      this.#stopWaiting();
      this.#stopWaiting = undefined;
      this.#failures = 0;
    }
    if (this.#stopWaiting === undefined) this.#pump();
    else this.#setup.onWaiting(this.#waitUntilMs - this.#setup.clock.monotonicMs(), true);
  }

  /** Stops for good and gives back what is in hand; a request in flight may or may not have arrived. */
  stop(): readonly Load[] {
    this.#stopped = true;
    this.#stopWaiting?.();
    this.#stopWaking?.();
    const [head] = this.#work;
    if (this.#flight !== undefined && head !== undefined) head.lost = true;
    this.#flight?.abort();
    this.#flight = undefined;
    const left = this.#work;
    this.#work = [];
    return left;
  }

  #pump(): void {
    if (this.#stopped || this.#flight !== undefined || this.#stopWaiting !== undefined) return;
    const head = this.#work[0] ?? this.#setup.next();
    if (head === undefined) return;
    this.#work[0] = head;
    void this.#send(head);
  }

  async #send(load: Load): Promise<void> {
    const { timers, timeoutMs, clock, ledger, target } = this.#setup;
    const flight = new AbortController();
    this.#flight = flight;
    load.startedMs ??= clock.monotonicMs();
    if (load.tries++ > 0) ledger.retried();
    if (load.lost && !load.duplicated) {
      load.duplicated = true;
      ledger.duplicated(load.spans);
    }
    load.copy?.record.segment.mark(load.copy.record, 'inFlight');
    const stopDeadline = timers.after(timeoutMs, () => flight.abort());
    const outcome = await this.#transmit(load, flight.signal);
    stopDeadline();
    // stop() took the load back in the meantime; it is in other books now.
    if (this.#flight !== flight) return;
    this.#flight = undefined;
    ledger.wired(outcome.wireBytes);
    this.#apply(load, judge(outcome, target, clock.wallMs()), outcome);
    this.#pump();
  }

  async #transmit(load: Load, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.#setup.transport.send({ body: load.bytes, signal });
    } catch (error) {
      // A transport must not throw; if one does, the spans must not be lost for it.
      return { kind: 'failed', code: 'TRANSPORT', message: safeText(error), delivered: true, wireBytes: 0 };
    }
  }

  #apply(load: Load, verdict: Verdict, outcome: Outcome): void {
    if (verdict.note !== undefined) this.#say(verdict.note);
    if (outcome.kind !== 'failed') this.#everAnswered = true;
    if (verdict.kind === 'retry') return this.#wait(load, verdict);
    this.#recovered();
    const status = outcome.kind === 'answered' ? outcome.status : undefined;
    if (verdict.kind === 'split') return this.#split(load, status);
    const { ledger } = this.#setup;
    if (verdict.kind === 'refused') {
      ledger.dropped(load.account, load.spans, verdict.reason);
      // A web page comes with 200: there the status is no cause.
      const cause = status === undefined || status < 300 ? verdict.reason : String(status);
      this.#finish(load, status, cause);
    } else {
      ledger.accepted(load.account, load.spans, Math.min(verdict.rejected, load.spans));
      this.#finish(load, status, verdict.rejected > 0 ? 'rejected' : undefined);
    }
  }

  #wait(load: Load, verdict: Verdict & { kind: 'retry' }): void {
    const { timers, random, clock, onWaiting } = this.#setup;
    this.#failures++;
    this.#downSinceMs ??= clock.monotonicMs();
    load.lost ||= verdict.lost;
    const { afterMs } = verdict;
    const ms = afterMs === undefined ? backoffMs(this.#failures, random) : afterMs + random() * SPREAD_MS;
    this.#waitsByRequest = afterMs !== undefined;
    this.#waitUntilMs = clock.monotonicMs() + ms;
    this.#stopWaiting = timers.after(ms, () => {
      this.#stopWaiting = undefined;
      this.#pump();
    });
    onWaiting(ms, this.#waitsByRequest);
  }

  #split(load: Load, status: number | undefined): void {
    const halves = splitChunk(load);
    if (halves === undefined) {
      const { name, shown } = this.#setup.target;
      this.#say({
        key: 'too_large',
        message: `${name} (${shown}): a span of ${load.bytes.length} bytes alone is more than it takes and was dropped; keep large values out of attributes`,
      });
      this.#setup.ledger.dropped(load.account, load.spans, 'too_large');
      this.#finish(load, status, 'too_large');
      return;
    }
    if (load.copy !== undefined) load.copy.parts++;
    this.#work.splice(0, 1, ...halves.map(half => ({ ...load, ...half, startedMs: undefined, tries: 0 })));
  }

  #finish(load: Load, status: number | undefined, errorType: string | undefined): void {
    const { target, clock } = this.#setup;
    const nowMs = clock.monotonicMs();
    operationEnded({
      exporter: target.name,
      protocol: target.protocol,
      durationMs: nowMs - (load.startedMs ?? nowMs),
      status,
      errorType,
    });
    this.#work.shift();
    this.#setup.onSettled(load);
  }

  #say(note: Note): void {
    const { ledger, voice, target } = this.#setup;
    ledger.failed(note.message);
    // Who works without a receiver is told so once, not every ten minutes.
    voice.note(note, target.isDefault && note.key === 'ECONNREFUSED');
  }

  #recovered(): void {
    const { voice, clock, target } = this.#setup;
    if (this.#downSinceMs !== undefined) {
      const seconds = Math.round((clock.monotonicMs() - this.#downSinceMs) / 1_000);
      voice.say('info', `${target.name} (${target.shown}) takes spans again after ${seconds} s`);
    }
    this.#failures = 0;
    this.#downSinceMs = undefined;
  }
}
