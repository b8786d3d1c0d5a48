// The states of an exporter: not started, running, or disabled by a configuration problem.

import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Check } from '../core/check.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Delivery } from '../delivery/index.js';
import type { ExporterStats, Protocol } from '../delivery/stats.js';
import { isSampled } from '../spans/trace-flags.js';
import type { ExporterControls } from './exporter.js';

/** The members of an exporter whose result depends on its state. */
export interface ExporterState {
  check(): Promise<Check>;
  stats(): ExporterStats;
  /** Present while the exporter is running. */
  readonly controls?: ExporterControls;
}

/** A disabled exporter. Its processor counts spans and sends none. */
export interface DisabledState extends ExporterState {
  readonly processor: SpanProcessor;
}

/**
 * The state before `init()`.
 *
 * @param name the exporter's name
 * @param protocol how the exporter will encode spans, if it sends them over HTTP
 */
export function notStarted(name: string, protocol?: Protocol): ExporterState {
  return {
    check: async () => ({
      name,
      status: 'error',
      code: 'not_started',
      message: `the exporter ${name} is not started`,
      fix: 'Call init() first.',
      source: name,
    }),
    stats: () => statsOf(name, protocol),
  };
}

/**
 * The state of an exporter whose spans are delivered.
 *
 * @param delivery takes the ended spans
 * @param check examines the destination. Never rejects
 */
export function running(delivery: Delivery, check: () => Promise<Check>): ExporterState {
  return { check, stats: () => delivery.stats(), controls: delivery };
}

/**
 * The state of an exporter that cannot start. Each span is counted as dropped, with the reason `exporter_off`.
 *
 * @param name the exporter's name
 * @param protocol how the exporter would encode spans
 * @param diagnostic the problem that was reported at the start; the check repeats it with the same code and source
 */
export function disabled(name: string, protocol: Protocol, diagnostic: Diagnostic): DisabledState {
  let ended = 0;
  let unsampled = 0;
  const { code, message, why, fix, source } = diagnostic;
  return {
    processor: {
      onStart() {},
      onEnd(span) {
        ended++;
        if (!isSampled(span.spanContext())) unsampled++;
      },
      async forceFlush() {},
      async shutdown() {},
    },
    check: async () => ({
      name,
      status: 'error',
      code,
      message,
      ...(why === undefined ? {} : { why }),
      ...(fix === undefined ? {} : { fix }),
      ...(source === undefined ? {} : { source }),
    }),
    stats: () => ({
      ...statsOf(name, protocol),
      ended,
      unsampled,
      dropped: ended === unsampled ? {} : { exporter_off: ended - unsampled },
      lastError: message,
    }),
  };
}

/** The statistics of an exporter that has received no span. */
function statsOf(exporter: string, protocol: Protocol | undefined): ExporterStats {
  return {
    exporter,
    ...(protocol === undefined ? {} : { protocol }),
    ended: 0,
    unsampled: 0,
    held: 0,
    queued: 0,
    spooled: 0,
    sent: 0,
    rejected: 0,
    dropped: {},
    retries: 0,
    bytes: 0,
  };
}
