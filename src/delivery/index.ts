// The entry of delivery: from an ended span to the response of a backend, for one destination or several.

import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { systemClock } from '../core/clock.js';
import { systemTimers } from '../core/timers.js';
import type { SpanBuffer } from '../spans/span-buffer.js';
import { DeliveryProcessor } from './batch/delivery-processor.js';
import { ClockJumpDetector } from './clock-jump-detector.js';
import { createDestination } from './destination/create-destination.js';
import type { DestinationOptions, SharedOptions } from './destination/destination-options.js';
import { LogThrottle } from './log-throttle.js';
import { type ResolvedDelivery, resolveDelivery } from './options.js';
import type { ExporterStats } from './stats.js';

export type { SpanShape } from './batch/span-shape.js';
export type { DestinationOptions, SharedOptions } from './destination/destination-options.js';

/** The options of a delivery to a single destination. */
export interface CreateDeliveryOptions extends DestinationOptions, SharedOptions {}

/** The functions of a delivery. */
export interface DeliveryControls {
  /** Receives ended spans. */
  readonly processor: SpanProcessor;
  /** Buffers the ended spans of a trace until the tail sampler has decided. */
  readonly buffer: SpanBuffer;
  /** Delivers the ended spans. Reports a flush that reaches the limit, in milliseconds. Never rejects. */
  flush(timeoutMs: number): Promise<void>;
  /** Delivers the remaining spans, then stops. The rest is spooled, or counted as dropped. Never rejects. */
  shutdown(timeoutMs: number): Promise<void>;
  /** Spools or counts the remaining spans and stops, synchronously: for the exit of a process. */
  rescue(): void;
  /** Whether another flush would deliver nothing: no spans are left, or only those for which the last one gave up. */
  isIdle(): boolean;
}

/** The delivery to one destination. */
export interface Delivery extends DeliveryControls {
  /** The statistics of the destination. */
  stats(): ExporterStats;
}

/**
 * Creates the delivery to one destination.
 *
 * @param options the destination, and what several destinations would share
 * @example
 * const delivery = createDelivery({
 *   name: 'otlp', endpoint: new URL('http://localhost:4318/v1/traces'), options: {}, resource, diagnostics,
 * });
 */
export function createDelivery(options: CreateDeliveryOptions): Delivery {
  return new DeliveryHub(options).add(options);
}

/** Delivers to several destinations. A span is encoded once for all destinations that receive the same bytes. */
export class DeliveryHub {
  readonly #shared: SharedOptions;
  readonly #options: ResolvedDelivery;
  /** The processors by the shape of their spans, or by the destination if it has separate batches. */
  readonly #processors = new Map<DestinationOptions['shape'] | DestinationOptions, DeliveryProcessor>();
  readonly #clockJumps: ClockJumpDetector;
  readonly #logThrottle: LogThrottle;

  constructor(shared: SharedOptions) {
    const { options, diagnostics, clock = systemClock } = shared;
    this.#shared = shared;
    this.#options = resolveDelivery(options);
    this.#clockJumps = new ClockJumpDetector(clock);
    this.#logThrottle = new LogThrottle(diagnostics, clock);
  }

  /**
   * Adds a destination, which receives the spans that end from now on.
   *
   * The first of several destinations with the same bytes returns the processor and the span buffer that encode for all
   * of them. Those of the others ignore their spans. Flush, shutdown and statistics belong to the single destination.
   */
  add(options: DestinationOptions): Delivery {
    const destination = createDestination(options, this.#shared, this.#options);
    const { shape, maxChunkBytes = Number.POSITIVE_INFINITY } = options;
    const hasSmallerBatches = maxChunkBytes < this.#options.maxChunkBytes;
    const key = hasSmallerBatches ? options : shape;
    const existing = this.#processors.get(key);
    const processor =
      existing ??
      this.#createProcessor(shape, hasSmallerBatches ? { ...this.#options, maxChunkBytes } : this.#options);
    this.#processors.set(key, processor);
    processor.addDestination(destination);
    return {
      processor: existing === undefined ? processor : IGNORING_PROCESSOR,
      buffer: existing === undefined ? processor : IGNORING_BUFFER,
      stats: () => destination.stats(),
      flush: timeoutMs => processor.flush(destination, timeoutMs),
      shutdown: timeoutMs => processor.shutdownDestination(destination, timeoutMs),
      rescue: () => processor.rescue(destination),
      isIdle: () => processor.isIdle(destination),
    };
  }

  #createProcessor(shape: DestinationOptions['shape'], options: ResolvedDelivery): DeliveryProcessor {
    const { timers = systemTimers, resource } = this.#shared;
    return new DeliveryProcessor({
      options,
      timers,
      resource,
      shape,
      onBatch: () => {
        const jump = this.#clockJumps.detect();
        if (jump !== undefined) this.#logThrottle.warn(jump);
      },
    });
  }
}

// The processor and the span buffer of a destination whose spans the processor of another destination encodes.
const IGNORING_PROCESSOR: SpanProcessor = {
  onStart() {},
  onEnd() {},
  async forceFlush() {},
  async shutdown() {},
};
const IGNORING_BUFFER: SpanBuffer = { buffer: () => undefined, release() {}, discard() {}, skip() {} };
