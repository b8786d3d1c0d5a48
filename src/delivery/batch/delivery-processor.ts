// The span processor in front of one or several destinations: counts each ended span, and encodes the sampled ones at
// once, so that it keeps no reference to the span.

import { type Context, createTraceState } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { guarded } from '../../core/guard.js';
import type { Timers } from '../../core/timers.js';
import { withTimeout } from '../../core/with-timeout.js';
import { adjustedCount } from '../../spans/ot-tracestate.js';
import type { KeepMark, SpanBuffer } from '../../spans/span-buffer.js';
import { createSpanView } from '../../spans/span-view.js';
import { isSampled } from '../../spans/trace-flags.js';
import type { Destination } from '../destination/destination.js';
import type { EncodedSpan } from '../otlp/encoded-span.js';
import { SpanBatcher } from './span-batcher.js';
import type { SpanShape } from './span-shape.js';
import type { UnencodableReason } from './unencodable.js';

/** The dependencies of a processor. */
export interface DeliveryProcessorOptions {
  /** The size at which a batch is closed, in bytes. */
  readonly maxChunkBytes: number;
  /** Milliseconds after which an open batch is closed. */
  readonly intervalMs: number;
  readonly resource: Resource;
  readonly timers: Timers;
  /** Called before a batch is enqueued. */
  readonly onBatch?: () => void;
  /** Adapts each span before it is encoded. */
  readonly shape: SpanShape | undefined;
}

// The tracestate of a trace that is kept for a reason: a threshold for a probability of 1.
const ALL_KEPT = createTraceState('ot=th:0');

/** Encodes ended spans and passes the batches to its destinations, all of which receive the same bytes. */
export class DeliveryProcessor implements SpanProcessor, SpanBuffer<EncodedSpan> {
  readonly #options: DeliveryProcessorOptions;
  readonly #batcher: SpanBatcher;
  #destinations: Destination[] = [];
  readonly #shutdowns = new Map<Destination, Promise<void>>();
  #isShutDown = false;

  constructor(options: DeliveryProcessorOptions) {
    const { maxChunkBytes, intervalMs, resource, timers, shape, onBatch } = options;
    this.#options = options;
    this.#batcher = new SpanBatcher({
      maxBatchBytes: maxChunkBytes,
      intervalMs,
      resource,
      resourceShape: shape?.resource,
      timers,
      onBatch: batch => {
        onBatch?.();
        for (const destination of this.#destinations) destination.enqueue(batch);
      },
    });
  }

  /** Adds a destination, which receives the spans that end from now on. */
  addDestination(destination: Destination): void {
    this.#destinations.push(destination);
  }

  /** Moves the destinations to a processor that encodes the same bytes. This processor ignores spans from now on. */
  moveDestinations(target: DeliveryProcessor): void {
    for (const destination of this.#destinations) target.addDestination(destination);
    this.#destinations = [];
  }

  /** Does nothing: a span is encoded when it has ended. */
  onStart(_span: unknown, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#destinations.length === 0) return;
    const hasSampledFlag = isSampled(span.spanContext());
    this.#countEnded(hasSampledFlag);
    if (!hasSampledFlag) return;
    if (this.#isShutDown) return this.#countDropped('shutdown');
    const shaped = this.#shape(span);
    const result = shaped === undefined ? 'unreadable' : this.#batcher.add(shaped);
    if (result !== 'added') this.#countDropped(result);
  }

  /** Encodes the span at once. It is counted when its trace is decided. */
  buffer(span: ReadableSpan): EncodedSpan | undefined {
    if (this.#destinations.length === 0) return undefined;
    if (this.#isShutDown) return this.#countLost('shutdown');
    const encoded = this.#encode(span);
    if (typeof encoded === 'string') return this.#countLost(encoded);
    // A shape may write the adjusted count of the span, which differs if the trace is kept for a reason. The decision
    // is not known yet, so a span that its ratio has kept is encoded for both cases.
    const hasCount =
      this.#options.shape !== undefined && adjustedCount(span.spanContext().traceState) !== undefined;
    if (!hasCount) return encoded;
    const marked = this.#encode(
      createSpanView(span, { context: { ...span.spanContext(), traceState: ALL_KEPT } }),
    );
    return typeof marked === 'string'
      ? encoded
      : { ...encoded, textWhenMarked: marked.text, bytes: encoded.bytes + marked.bytes };
  }

  release(encoded: EncodedSpan, mark: KeepMark | undefined): void {
    if (this.#isShutDown) return this.#countLost('shutdown');
    this.#countEnded(true);
    const result = this.#batcher.addEncoded(encoded, mark);
    if (result !== 'added') this.#countDropped(result);
  }

  discard(): void {
    this.#countEnded(false);
  }

  skip(): void {
    this.#countEnded(false);
  }

  /** Delivers the ended spans to all destinations, within the limit of each. Never rejects. */
  async forceFlush(): Promise<void> {
    await Promise.all(this.#destinations.map(each => this.flush(each, each.flushTimeoutMs)));
  }

  /** Delivers the remaining spans to all destinations within the limit of each, then stops. Never rejects. */
  async shutdown(): Promise<void> {
    await Promise.all(this.#destinations.map(each => this.shutdownDestination(each, each.flushTimeoutMs)));
  }

  /**
   * Delivers the ended spans to a destination. Reports a flush that reaches the limit. Never rejects.
   *
   * @param timeoutMs the time limit in milliseconds
   */
  async flush(destination: Destination, timeoutMs: number): Promise<void> {
    const shutdown = this.#shutdowns.get(destination);
    if (shutdown !== undefined) return shutdown;
    if (!(await this.#drain(destination, timeoutMs))) destination.reportIncompleteFlush();
  }

  /**
   * Delivers the remaining spans to a destination, then stops it. Spans that cannot be delivered are spooled, or counted
   * as dropped. Never rejects.
   *
   * @param timeoutMs the time limit in milliseconds
   */
  shutdownDestination(destination: Destination, timeoutMs: number): Promise<void> {
    const running = this.#shutdowns.get(destination);
    if (running !== undefined) return running;
    const shutdown = this.#drain(destination, timeoutMs).then(() => this.rescue(destination));
    this.#setShutdown(destination, shutdown);
    return shutdown;
  }

  /** Whether a flush of a destination would deliver nothing. */
  isIdle(destination: Destination): boolean {
    return this.#batcher.isEmpty && destination.isIdle;
  }

  /** Spools or counts the remaining spans of a destination, synchronously. It sends nothing afterwards. */
  rescue(destination: Destination): void {
    this.#setShutdown(destination, Promise.resolve());
    this.#batcher.close();
    destination.rescue();
  }

  #setShutdown(destination: Destination, shutdown: Promise<void>): void {
    if (this.#shutdowns.has(destination)) return;
    this.#shutdowns.set(destination, shutdown);
    this.#isShutDown = this.#shutdowns.size === this.#destinations.length;
  }

  async #drain(destination: Destination, timeoutMs: number): Promise<boolean> {
    await this.#waitForResource(timeoutMs);
    this.#batcher.close();
    return destination.drain(timeoutMs);
  }

  /** Waits for resource attributes that are still being detected, for at most a third of the time limit. */
  async #waitForResource(timeoutMs: number): Promise<void> {
    const { resource, timers } = this.#options;
    if (!resource.asyncAttributesPending || resource.waitForAsyncAttributes === undefined) return;
    await withTimeout(resource.waitForAsyncAttributes(), timeoutMs / 3, { timers });
  }

  #shape(span: ReadableSpan): ReadableSpan | undefined {
    const { shape } = this.#options;
    if (shape === undefined) return span;
    return guarded('the shape of a destination', () => shape(span), undefined);
  }

  #encode(span: ReadableSpan): EncodedSpan | UnencodableReason {
    const shaped = this.#shape(span);
    return shaped === undefined ? 'unreadable' : this.#batcher.encode(shaped);
  }

  #countEnded(hasSampledFlag: boolean): void {
    for (const destination of this.#destinations) destination.countEnded(hasSampledFlag);
  }

  /** Counts a buffered span that never reaches a batch. */
  #countLost(reason: UnencodableReason | 'shutdown'): undefined {
    this.#countEnded(true);
    this.#countDropped(reason);
  }

  #countDropped(reason: UnencodableReason | 'shutdown'): void {
    for (const destination of this.#destinations) destination.countDropped(reason);
  }
}
