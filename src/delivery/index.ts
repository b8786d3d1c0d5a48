// The entry of delivery: from an ended span to the response of a backend, for one destination or several.

import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { systemClock } from '../core/clock.js';
import { systemTimers } from '../core/timers.js';
import type { SpanBuffer } from '../spans/span-buffer.js';
import { DeliveryProcessor } from './batch/delivery-processor.js';
import type { SpanShape } from './batch/span-shape.js';
import { ClockJumpDetector } from './clock-jump-detector.js';
import { createDestination } from './destination/create-destination.js';
import type { Destination } from './destination/destination.js';
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
  /** Milliseconds for a flush without another limit. */
  readonly flushTimeoutMs: number;
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

/** What decides whether two destinations can share their bytes. */
interface Batching {
  readonly shape: SpanShape | undefined;
  readonly maxChunkBytes: number;
  readonly intervalMs: number;
}

/** A destination, and the processor that encodes its spans. */
interface Member extends Batching {
  readonly destination: Destination;
  processor: DeliveryProcessor;
}

/** Delivers to several destinations. A span is encoded once for all destinations that receive the same bytes. */
export class DeliveryHub {
  readonly #shared: SharedOptions;
  readonly #options: ResolvedDelivery;
  /** The destinations by the processors that `add()` returned. */
  readonly #members = new Map<object, Member>();
  readonly #clockJumps: ClockJumpDetector;
  readonly #logThrottle: LogThrottle;

  constructor(shared: SharedOptions) {
    const { options, diagnostics, clock = systemClock } = shared;
    this.#shared = shared;
    this.#options = resolveDelivery(options);
    this.#clockJumps = new ClockJumpDetector(clock);
    this.#logThrottle = new LogThrottle(diagnostics, clock);
  }

  /** Adds a destination, which receives the spans that end from now on. */
  add(options: DestinationOptions): Delivery {
    const delivery = resolveDelivery(options.delivery ?? {}, this.#options);
    const { shape, maxChunkBytes = Number.POSITIVE_INFINITY } = options;
    const { intervalMs, flushTimeoutMs } = delivery;
    const batching = { shape, intervalMs, maxChunkBytes: Math.min(maxChunkBytes, delivery.maxChunkBytes) };
    const destination = createDestination(options, this.#shared, delivery);
    const processor = this.#createProcessor(batching);
    processor.addDestination(destination);
    const member: Member = { ...batching, destination, processor };
    this.#members.set(processor, member);
    return {
      processor,
      buffer: processor,
      flushTimeoutMs,
      stats: () => destination.stats(),
      flush: timeoutMs => member.processor.flush(destination, timeoutMs),
      shutdown: timeoutMs => member.processor.shutdownDestination(destination, timeoutMs),
      rescue: () => member.processor.rescue(destination),
      isIdle: () => member.processor.isIdle(destination),
    };
  }

  /**
   * Encodes spans once for all destinations that receive the same bytes. The first processor encodes for them, and the
   * processors and buffers of the others ignore their spans. Must be called before the first span ends.
   *
   * @param processors those that receive the same spans, as `add()` returned them; others are ignored
   */
  shareBatches(processors: readonly object[]): void {
    const first: Member[] = [];
    for (const processor of processors) {
      const member = this.#members.get(processor);
      if (member === undefined) continue;
      const sharing = first.find(other => haveSameBytes(other, member));
      if (sharing === undefined) {
        first.push(member);
        continue;
      }
      member.processor.moveDestinations(sharing.processor);
      member.processor = sharing.processor;
    }
  }

  /** Spools or counts the remaining spans of all destinations, synchronously. */
  rescue(): void {
    for (const { processor, destination } of this.#members.values()) processor.rescue(destination);
  }

  #createProcessor({ shape, maxChunkBytes, intervalMs }: Batching): DeliveryProcessor {
    const { timers = systemTimers, resource } = this.#shared;
    return new DeliveryProcessor({
      maxChunkBytes,
      intervalMs,
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

function haveSameBytes(one: Batching, other: Batching): boolean {
  return (
    one.shape === other.shape &&
    one.maxChunkBytes === other.maxChunkBytes &&
    one.intervalMs === other.intervalMs
  );
}
