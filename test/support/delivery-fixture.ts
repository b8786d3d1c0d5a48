// A world for delivery in which no real time passes: clock and timers, a backend that can be made to fail in every
// way, a disk in memory, and a logger that remembers.

import type { Clock } from '../../src/core/clock.js';
import { createDiagnostics, type Diagnostics } from '../../src/core/diagnostics.js';
import { createDelivery, type CreateDeliveryOptions, type Delivery } from '../../src/delivery/index.js';
import type { DeliveryOptions } from '../../src/delivery/options.js';
import type { SpoolFileSystem } from '../../src/delivery/spool/spool-file-system.js';
import type { SegmentOwners } from '../../src/delivery/spool/segment-owner.js';
import type { ExporterStats } from '../../src/delivery/stats.js';
import type { Timers } from '../../src/core/timers.js';
import type { TransportResult, Transport, TransportRequest } from '../../src/delivery/transport.js';
import { spanNames } from './span-names.js';
import { encodePartialSuccess, resource } from './spans.js';

interface Timer {
  readonly at: number;
  readonly fn: () => void;
  readonly keepAlive: boolean;
}

/** Time that only moves when told to. */
export class VirtualTime implements Clock, Timers {
  #nowMs = 0;
  #timers: Timer[] = [];
  wallOffsetMs = 1_763_676_000_000;

  wallMs(): number {
    return this.#nowMs + this.wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(ms: number, fn: () => void, keepAlive = false): () => void {
    const timer = { at: this.#nowMs + ms, fn, keepAlive };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer);
    };
  }

  /** Whether a timer keeps the process up. */
  get keepsAlive(): boolean {
    return this.#timers.some(timer => timer.keepAlive);
  }

  /** Lets time pass; `onStep` sees the world after each timer. */
  async advance(ms: number, onStep: () => void = () => undefined): Promise<void> {
    const end = this.#nowMs + ms;
    await settle();
    for (;;) {
      let next: Timer | undefined;
      for (const timer of this.#timers) if (next === undefined || timer.at < next.at) next = timer;
      if (next === undefined || next.at > end) break;
      const due = next;
      this.#timers = this.#timers.filter(timer => timer !== due);
      this.#nowMs = Math.max(this.#nowMs, due.at);
      due.fn();
      await settle();
      onStep();
    }
    this.#nowMs = end;
    onStep();
  }
}

/** Lets promises that wait for nothing settle, however long their chains are. */
export function settle(): Promise<void> {
  return new Promise(resolve => void setImmediate(resolve));
}

/** How a backend treats one request. */
export type Mood =
  | 'ok'
  | 'refuse'
  | 'reset_before'
  | 'reset_after'
  | 'hang_before'
  | 'hang_after'
  | 'drip'
  | 'half_response'
  | 'html'
  | 'partial'
  | 'redirect'
  | 'throws'
  | { readonly status: number; readonly retryAfter?: string };

/** A backend, and the way to it. */
export class FakeBackend implements Transport {
  mood: (request: number) => Mood = () => 'ok';
  /** Requests with more spans than this get a 413. */
  maxSpans = Number.POSITIVE_INFINITY;
  /** How often each span's name arrived, answered or not. */
  readonly received = new Map<string, number>();
  /** Spans in requests that were answered with success, less those rejected. */
  accepted = 0;
  rejected = 0;
  requests = 0;
  requestTimes: number[] = [];
  inFlight = 0;
  maxInFlight = 0;
  held = false;
  closed = false;
  latencyMs = 0;
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  hold(keepAlive: boolean): void {
    this.held = keepAlive;
  }

  close(): void {
    this.closed = true;
  }

  async send(request: TransportRequest): Promise<TransportResult> {
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    this.requestTimes.push(this.#time.monotonicMs());
    try {
      if (this.latencyMs > 0)
        await new Promise<void>(resolve => void this.#time.after(this.latencyMs, resolve));
      return await this.#answer(request, this.mood(this.requests++));
    } finally {
      this.inFlight--;
    }
  }

  async #answer({ body, signal }: TransportRequest, mood: Mood): Promise<TransportResult> {
    const names = spanNames(body);
    const wireBytes = body.length;
    const failed = (code: string, isRequestSent: boolean): TransportResult => ({
      kind: 'failure',
      code,
      message: code,
      isRequestSent,
      wireBytes,
    });
    const answered = (status: number, more: Partial<TransportResult & { kind: 'response' }> = {}): TransportResult => ({
      kind: 'response',
      status,
      body: new Uint8Array(0),
      wireBytes,
      ...more,
    });
    const take = (): void => {
      for (const name of names) this.received.set(name, (this.received.get(name) ?? 0) + 1);
    };
    const accept = (rejected = 0): void => {
      take();
      this.accepted += names.length - rejected;
      this.rejected += rejected;
    };
    if (typeof mood === 'object') {
      const { status, retryAfter } = mood;
      return answered(status, retryAfter === undefined ? {} : { retryAfter });
    }
    if (names.length > this.maxSpans) return answered(413);
    switch (mood) {
      case 'refuse':
        return failed('ECONNREFUSED', false);
      case 'reset_before':
        return failed('ECONNRESET', false);
      case 'reset_after':
        take();
        return failed('ECONNRESET', true);
      case 'hang_before':
      case 'hang_after':
        if (mood === 'hang_after') take();
        await aborted(signal);
        return failed('TIMEOUT', true);
      case 'drip':
        // The status line arrived, the body came byte by byte until the time was up.
        accept();
        await aborted(signal);
        return answered(200, { body: Uint8Array.of(0x0a) });
      case 'half_response':
        accept();
        return answered(200, { body: encodePartialSuccess(1, 'cut off').subarray(0, 3) });
      case 'html':
        return answered(200, { contentType: 'text/html; charset=utf-8', body: Buffer.from('<html>') });
      case 'partial': {
        const rejected = Math.min(1, names.length);
        accept(rejected);
        return answered(200, { body: encodePartialSuccess(rejected, 'too old') });
      }
      case 'redirect':
        return answered(308, { location: 'https://elsewhere.test/v1/traces?key=secret' });
      case 'throws':
        throw new Error('a transport with a fault');
      default:
        accept();
        return answered(200);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A disk in memory, which can be full, broken or read-only. */
export class MemoryFiles implements SpoolFileSystem {
  readonly files = new Map<string, Buffer>();
  readonly touched = new Map<string, number>();
  readonly #open = new Map<number, string>();
  #nextFd = 3;
  /** Bytes that fit. */
  capacity = Number.POSITIVE_INFINITY;
  /** The error every write fails with. */
  failWith: string | undefined;

  get openCount(): number {
    return this.#open.size;
  }

  makeDirectory(): void {
    if (this.failWith !== undefined) throw coded(this.failWith);
  }

  list(directory: string): readonly string[] {
    return [...this.files.keys()]
      .filter(path => path.startsWith(`${directory}/`))
      .map(path => path.slice(directory.length + 1));
  }

  create(path: string): number {
    if (this.failWith !== undefined) throw coded(this.failWith);
    if (this.files.has(path)) throw coded('EEXIST');
    this.files.set(path, Buffer.alloc(0));
    return this.open(path);
  }

  open(path: string): number {
    if (!this.files.has(path)) throw coded('ENOENT');
    const fd = this.#nextFd++;
    this.#open.set(fd, path);
    return fd;
  }

  size(fd: number): number {
    return this.#content(fd).length;
  }

  read(fd: number, into: Uint8Array, position: number): number {
    return this.#content(fd).copy(into, 0, position, position + into.length);
  }

  write(fd: number, bytes: Uint8Array, position: number): void {
    if (this.failWith !== undefined) throw coded(this.failWith);
    const content = this.#content(fd);
    const size = Math.max(content.length, position + bytes.length);
    let used = 0;
    for (const file of this.files.values()) used += file.length;
    // A full disk takes the beginning of what is written, as real ones do.
    const room = this.capacity - used - (size - content.length);
    const fits = room >= 0 ? bytes.length : Math.max(0, bytes.length + room);
    const next = Buffer.alloc(Math.max(content.length, position + fits));
    content.copy(next);
    next.set(bytes.subarray(0, fits), position);
    this.files.set(this.#pathOf(fd), next);
    if (fits < bytes.length) throw coded('ENOSPC');
  }

  truncate(fd: number, size: number): void {
    this.files.set(this.#pathOf(fd), Buffer.from(this.#content(fd).subarray(0, size)));
  }

  close(fd: number): void {
    this.#open.delete(fd);
  }

  rename(from: string, to: string): void {
    const content = this.files.get(from);
    if (content === undefined) throw coded('ENOENT');
    this.files.delete(from);
    this.files.set(to, content);
    for (const [fd, path] of this.#open) if (path === from) this.#open.set(fd, to);
  }

  remove(path: string): void {
    if (!this.files.delete(path)) throw coded('ENOENT');
  }

  touch(path: string, wallMs: number): void {
    this.touched.set(path, wallMs);
  }

  modifiedMs(path: string): number {
    return this.touched.get(path) ?? 0;
  }

  /** All files as a process that was killed leaves them, torn if asked to. */
  afterCrash(): void {
    this.#open.clear();
  }

  #pathOf(fd: number): string {
    const path = this.#open.get(fd);
    if (path === undefined) throw coded('EBADF');
    return path;
  }

  #content(fd: number): Buffer {
    return this.files.get(this.#pathOf(fd)) ?? Buffer.alloc(0);
  }
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Owners by name: those in `alive` live. */
export class FakeOwners implements SegmentOwners {
  readonly alive = new Set<string>();
  readonly self: string;

  constructor(self: string) {
    this.self = self;
    this.alive.add(self);
  }

  isGone(owner: string): boolean {
    return !this.alive.has(owner);
  }
}

/** Everything a test of delivery needs. */
export interface World {
  readonly time: VirtualTime;
  readonly backend: FakeBackend;
  readonly delivery: Delivery;
  /** `level: message`. */
  readonly messages: string[];
}

export function makeDiagnostics(messages: string[], nowMs: () => number): Diagnostics {
  return createDiagnostics({
    logger: {
      error: message => messages.push(`error: ${message}`),
      warn: message => messages.push(`warn: ${message}`),
      info: message => messages.push(`info: ${message}`),
      debug: message => messages.push(`debug: ${message}`),
    },
    nowMs,
  });
}

/** A delivery in a world of its own; parts can be handed in. */
export function makeWorld(
  options: DeliveryOptions = {},
  more: Partial<CreateDeliveryOptions> & { time?: VirtualTime; backend?: FakeBackend } = {},
): World {
  const { time = new VirtualTime(), ...rest } = more;
  const { backend = new FakeBackend(time), ...overrides } = rest;
  const messages: string[] = [];
  const delivery = createDelivery({
    name: 'otlp',
    endpoint: new URL('http://collector.test:4318/v1/traces'),
    options,
    resource,
    diagnostics: makeDiagnostics(messages, () => time.monotonicMs()),
    clock: time,
    timers: time,
    random: () => 0.5,
    protocol: 'http/protobuf',
    transport: backend,
    env: {},
    ...overrides,
  });
  return { time, backend, delivery, messages };
}

/** Both sides of the equation that holds at any moment. */
export function balance(stats: ExporterStats): readonly [number, number] {
  const dropped = Object.values(stats.dropped).reduce((sum, spans) => sum + spans, 0);
  return [
    stats.ended - stats.unsampled,
    stats.queued + stats.spooled + stats.sent + stats.rejected + dropped,
  ];
}
