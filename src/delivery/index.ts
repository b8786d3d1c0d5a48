// Delivery, put together: from a finished span to the answer of a backend, for one destination or several.

import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { systemClock } from '../core/clock.js';
import { ClockWatch } from './clock-jump-detector.js';
import type { SpanBuffer } from '../spans/span-buffer.js';
import { createDestination } from './create-destination.js';
import type { Destination } from './destination.js';
import type { DestinationOptions, SharedOptions } from './destination-options.js';
import { resolveDelivery, type ResolvedDelivery } from './options.js';
import { DeliveryProcessor } from './processor.js';
import type { ExporterStats } from './stats.js';
import { systemTimers } from '../core/timers.js';
import { Voice } from './log-throttle.js';

export type { DestinationOptions, SharedOptions, SpanShape } from './destination-options.js';

/** One destination and what it shares with nobody. */
export interface CreateDeliveryOptions extends DestinationOptions, SharedOptions {}

/** What every delivery can do. */
export interface DeliveryControls {
  /** Takes ended spans. */
  readonly processor: SpanProcessor;
  /** Takes ended spans whose trace is not decided yet. */
  readonly holder: SpanBuffer;
  /** Delivers what has ended so far; says in one line if that was not possible. Never rejects. */
  flush(timeoutMs: number): Promise<void>;
  /** Delivers what is left, then stops; what cannot be delivered is spooled or counted. Never rejects. */
  shutdown(timeoutMs: number): Promise<void>;
  /** Spools or counts what is left, synchronously, and stops: for the last moment of a process. */
  rescue(): void;
  /** Whether another flush would be in vain: nothing waits, or only what the last one gave up on. */
  isIdle(): boolean;
}

/** The delivery to one destination. */
export interface Delivery extends DeliveryControls {
  stats(): ExporterStats;
}

/**
 * Makes the delivery to one destination.
 *
 * @example
 * const delivery = createDelivery({
 *   name: 'otlp', endpoint: new URL('http://localhost:4318/v1/traces'), options: {}, resource, diagnostics,
 * });
 */
export function createDelivery(options: CreateDeliveryOptions): Delivery {
  return new DeliveryHub(options).add(options);
}

/** Destinations that get the same bytes, and the processor in front of them. */
interface Group {
  readonly processor: DeliveryProcessor;
  readonly destinations: Destination[];
}

/** Delivery to several destinations: a span is encoded once for all that want it as it is. */
export class DeliveryHub {
  readonly #shared: SharedOptions;
  readonly #options: ResolvedDelivery;
  readonly #groups = new Map<DestinationOptions['shape'] | DestinationOptions, Group>();
  readonly #clockWatch: ClockWatch;
  readonly #voice: Voice;

  constructor(shared: SharedOptions) {
    this.#shared = shared;
    this.#options = resolveDelivery(shared.options);
    const { clock = systemClock } = shared;
    this.#clockWatch = new ClockWatch(clock);
    this.#voice = new Voice(shared.diagnostics, clock);
  }

  /**
   * Adds a destination, which gets the spans that end from now on.
   *
   * @returns its numbers, and what it takes to run it; where destinations share bytes the first one runs all of them
   */
  add(options: DestinationOptions): Delivery {
    const destination = createDestination(options, this.#shared, this.#options);
    const { shape, maxChunkBytes = Number.POSITIVE_INFINITY } = options;
    const isSmaller = maxChunkBytes < this.#options.maxChunkBytes;
    const key = isSmaller ? options : shape;
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.destinations.push(destination);
      return { ...ALONG, stats: () => destination.stats() };
    }
    const destinations = [destination];
    const { timers = systemTimers, resource } = this.#shared;
    const processor = new DeliveryProcessor({
      destinations,
      options: isSmaller ? { ...this.#options, maxChunkBytes } : this.#options,
      timers,
      resource,
      shape,
      onChunk: () => {
        const message = this.#clockWatch.look();
        if (message !== undefined) this.#voice.note({ key: 'clock', message });
      },
    });
    this.#groups.set(key, { processor, destinations });
    return {
      processor,
      holder: processor,
      stats: () => destination.stats(),
      flush: timeoutMs => processor.flush(timeoutMs),
      shutdown: timeoutMs => processor.shutdownWithin(timeoutMs),
      rescue: () => processor.rescue(),
      isIdle: () => processor.isIdle,
    };
  }
}

/** A destination that another one's processor takes along. */
const ALONG: DeliveryControls = {
  processor: { onStart() {}, onEnd() {}, async forceFlush() {}, async shutdown() {} },
  holder: { hold: () => undefined, release() {}, discard() {}, skip() {} },
  async flush() {},
  async shutdown() {},
  rescue() {},
  isIdle: () => true,
};
