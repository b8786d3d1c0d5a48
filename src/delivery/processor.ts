// The span processor in front of one or several destinations: counts each ended span, and encodes the sampled ones
// at once, so that nothing of the span is kept.

import { type Context, createTraceState, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { guarded } from '../core/guard.js';
import type { SpanBuffer, KeepMark } from '../spans/span-buffer.js';
import { adjustedCount } from '../spans/ot-tracestate.js';
import { viewOf } from '../spans/span-view.js';
import { Collector } from './batcher.js';
import type { Destination } from './destination.js';
import type { SpanShape } from './destination-options.js';
import type { HeldSpan } from './otlp/encoded-span.js';
import type { ResolvedDelivery } from './options.js';
import type { Timers } from '../core/timers.js';

/** What a processor needs. */
export interface ProcessorSetup {
  readonly destinations: readonly Destination[];
  readonly options: ResolvedDelivery;
  readonly resource: Resource;
  readonly timers: Timers;
  /** Called before a chunk is handed on. */
  readonly onChunk?: () => void;
  /** Sees each span before it is encoded, and may answer another in its place. */
  readonly shape: SpanShape | undefined;
}

// Held in a constant: in the CommonJS build each use of an import is a getter call, 25 ns here.
const { SAMPLED } = TraceFlags;
// The weight of what is kept for a reason: all of it is.
const ALL_KEPT = createTraceState('ot=th:0');

/** Takes ended spans and hands chunks to destinations. */
export class DeliveryProcessor implements SpanProcessor, SpanBuffer<HeldSpan> {
  readonly #setup: ProcessorSetup;
  readonly #collector: Collector;
  #shutdown: Promise<void> | undefined;

  constructor(setup: ProcessorSetup) {
    const { options, resource, timers, destinations } = setup;
    this.#setup = setup;
    this.#collector = new Collector({
      maxChunkBytes: options.maxChunkBytes,
      intervalMs: options.intervalMs,
      resource,
      resourceShape: setup.shape?.resource,
      timers,
      onChunk: chunk => {
        setup.onChunk?.();
        for (const destination of destinations) destination.offer(chunk);
      },
    });
  }

  /** Nothing happens at a span's start. */
  onStart(_span: unknown, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    const { shape } = this.#setup;
    const sampled = (span.spanContext().traceFlags & SAMPLED) !== 0;
    this.#count(sampled);
    if (!sampled) return;
    if (this.#shutdown !== undefined) return this.#giveUp('shutdown');
    const shown =
      shape === undefined ? span : guarded('the shape of a destination', () => shape(span), undefined);
    const added = shown === undefined ? 'unreadable' : this.#collector.add(shown);
    if (added !== 'added') this.#giveUp(added);
  }

  /** Encodes the span at once; it is counted when its trace is decided. */
  hold(span: ReadableSpan): HeldSpan | undefined {
    if (this.#shutdown !== undefined) return this.#lose('shutdown');
    const held = this.#encode(span);
    if (typeof held === 'string') return this.#lose(held);
    // A shape may write down what the span weighs, and kept for a reason it weighs something else. Which of the two it
    // will be is not known yet; only what its share has kept is encoded twice for that.
    if (this.#setup.shape === undefined || adjustedCount(span.spanContext().traceState) === undefined)
      return held;
    const reweighed = this.#encode(
      viewOf(span, { context: { ...span.spanContext(), traceState: ALL_KEPT } }),
    );
    return typeof reweighed === 'string'
      ? held
      : { ...held, marked: reweighed.text, bytes: held.bytes + reweighed.bytes };
  }

  release(held: HeldSpan, mark: KeepMark | undefined): void {
    if (this.#shutdown !== undefined) return this.#lose('shutdown');
    this.#count(true);
    const added = this.#collector.append(held, mark);
    if (added !== 'added') this.#giveUp(added);
  }

  discard(): void {
    this.#count(false);
  }

  skip(): void {
    this.#count(false);
  }

  /** Delivers what has ended so far, within the shutdown limit. Never rejects. */
  forceFlush(): Promise<void> {
    return this.flush(this.#setup.options.shutdownTimeoutMs);
  }

  /** Delivers what is left within the shutdown limit, then stops. Never rejects. */
  shutdown(): Promise<void> {
    return this.shutdownWithin(this.#setup.options.shutdownTimeoutMs);
  }

  /**
   * Delivers what has ended so far. Never rejects.
   *
   * @param timeoutMs the longest it may take
   */
  async flush(timeoutMs: number): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    await this.#drain(timeoutMs, destination => destination.reportUnfinished());
  }

  /**
   * Delivers what is left, then stops; what could not be delivered is spooled, or counted as dropped. Never rejects.
   *
   * @param timeoutMs the longest it may take
   */
  shutdownWithin(timeoutMs: number): Promise<void> {
    this.#shutdown ??= this.#drain(timeoutMs, () => undefined).then(() => this.rescue());
    return this.#shutdown;
  }

  /** Whether a flush could bring anything out. */
  get isIdle(): boolean {
    return this.#collector.isEmpty && this.#setup.destinations.every(destination => destination.isIdle);
  }

  /** Spools or counts what is left, without a turn of the event loop. Nothing is sent afterwards. */
  rescue(): void {
    this.#shutdown ??= Promise.resolve();
    this.#collector.close();
    for (const destination of this.#setup.destinations) destination.rescue();
  }

  async #drain(timeoutMs: number, onUnfinished: (destination: Destination) => void): Promise<void> {
    await this.#resourceReady(timeoutMs);
    this.#collector.close();
    await Promise.all(
      this.#setup.destinations.map(async destination => {
        if (!(await destination.drain(timeoutMs))) onUnfinished(destination);
      }),
    );
  }

  /** Waits for resource attributes that are still being detected, at most a third of the time there is. */
  async #resourceReady(timeoutMs: number): Promise<void> {
    const { resource, timers } = this.#setup;
    if (!resource.asyncAttributesPending || resource.waitForAsyncAttributes === undefined) return;
    let cancel: () => void = () => undefined;
    const limit = new Promise<void>(resolve => {
      cancel = timers.after(timeoutMs / 3, resolve, true);
    });
    await Promise.race([resource.waitForAsyncAttributes(), limit]).catch(() => undefined);
    cancel();
  }

  #encode(span: ReadableSpan): HeldSpan | 'unreadable' | 'too_large' {
    const { shape } = this.#setup;
    const shown =
      shape === undefined ? span : guarded('the shape of a destination', () => shape(span), undefined);
    return shown === undefined ? 'unreadable' : this.#collector.hold(shown);
  }

  #count(sampled: boolean): void {
    for (const destination of this.#setup.destinations) destination.ended(sampled);
  }

  /** Counts a span that never came to a chunk. */
  #lose(reason: 'too_large' | 'unreadable' | 'shutdown'): undefined {
    this.#count(true);
    this.#giveUp(reason);
  }

  #giveUp(reason: 'too_large' | 'unreadable' | 'shutdown'): void {
    for (const destination of this.#setup.destinations) destination.gaveUp(reason);
  }
}
