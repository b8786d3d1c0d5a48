// A delivery in virtual time, to a backend in memory, with collected diagnostics.

import { createDelivery, type CreateDeliveryOptions, type Delivery } from '../../src/delivery/index.js';
import type { DeliveryOptions } from '../../src/delivery/options.js';
import type { ExporterStats } from '../../src/delivery/stats.js';
import { type CapturedDiagnostic, collectDiagnostics } from './captured-diagnostics.js';
import { FakeBackend } from './fake-backend.js';
import { makeSpan, resource } from './spans.js';
import { VirtualTime } from './virtual-time.js';

/** A delivery with its surroundings. */
export interface DeliveryFixture {
  readonly time: VirtualTime;
  readonly backend: FakeBackend;
  readonly delivery: Delivery;
  readonly captured: readonly CapturedDiagnostic[];
  /** The codes of the diagnostics at warn level, in order. */
  warnings(): readonly string[];
  /** Ends `count` spans named `s0`, `s1` and so on. */
  endSpans(count: number, from?: number): void;
}

/** The parts of a fixture that differ from the default. */
export type DeliveryFixtureParts = Partial<CreateDeliveryOptions> & {
  readonly time?: VirtualTime;
  readonly backend?: FakeBackend;
};

/**
 * Starts a delivery to a backend in memory.
 *
 * @param options the `delivery` option
 * @param parts replacements for single parts
 */
export function startDelivery(
  options: DeliveryOptions = {},
  parts: DeliveryFixtureParts = {},
): DeliveryFixture {
  const { time = new VirtualTime(), backend = new FakeBackend(time), ...overrides } = parts;
  const { diagnostics, captured } = collectDiagnostics();
  const delivery = createDelivery({
    name: 'otlp',
    endpoint: new URL('http://collector.test:4318/v1/traces'),
    options,
    resource,
    diagnostics,
    clock: time,
    timers: time,
    random: () => 0.5,
    protocol: 'http/protobuf',
    transport: backend,
    env: {},
    ...overrides,
  });
  return {
    time,
    backend,
    delivery,
    captured,
    warnings: () => captured.filter(({ level }) => level === 'warn').map(({ code }) => code),
    endSpans(count, from = 0) {
      for (let i = from; i < from + count; i++) delivery.processor.onEnd(makeSpan({ name: `s${i}` }));
    },
  };
}

/** Both sides of the equation in stats.ts, which holds at any moment. */
export function balance(stats: ExporterStats): readonly [number, number] {
  const dropped = Object.values(stats.dropped).reduce((sum, spans) => sum + spans, 0);
  return [
    stats.ended - stats.unsampled,
    stats.held + stats.queued + stats.spooled + stats.sent + stats.rejected + dropped,
  ];
}
