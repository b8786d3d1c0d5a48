// The interface between the tracer and a destination. Everything that ships spans stands behind it.

import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Check } from '../core/check.js';
import type { Diagnostics } from '../core/diagnostics.js';
import type { SpanBuffer } from '../spans/span-buffer.js';
import type { Delivery, DestinationOptions } from '../delivery/index.js';
import type { DeliveryOptions } from '../delivery/options.js';
import type { DeliveryStats, ExporterStats } from '../delivery/stats.js';

export type { DeliveryOptions, SpoolOptions } from '../delivery/options.js';

/** What an exporter is told when `init()` switches it on. */
export interface ExporterContext {
  /** The service's name. */
  readonly service: string;
  /** Everything known about the process that sends. */
  readonly resource: Resource;
  /** The environment, already read once by `init()`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the exporter says what the user should know. */
  readonly diagnostics: Diagnostics;
  /** How delivery shall behave. */
  readonly delivery: DeliveryOptions;
  /** What the environment says about OTLP, with defaults for the rest. */
  readonly otlp: OtlpSettings;
  /**
   * Delivers ended spans as OTLP to a destination: queue, sender, spool and numbers. Destinations that want the spans
   * as they are share the same bytes.
   */
  readonly deliver: (destination: DestinationOptions) => Delivery;
  /** The numbers of all exporters, this one among them. */
  readonly deliveryStats: () => DeliveryStats;
}

/** An OTLP/HTTP destination, with nothing left open. */
export interface OtlpSettings {
  /** The full URL that is posted to. */
  readonly endpoint: string;
  /** Request headers; they may hold secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** How request bodies are compressed. */
  readonly compression: 'gzip' | 'none';
  /** How spans are written. */
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Milliseconds for one request in all. */
  readonly timeoutMs: number;
  /** Certificates, in PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** The two ids that name a span in any backend. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * A destination for spans.
 *
 * @example
 * const mine: Exporter = {
 *   name: 'mine',
 *   endpoint: 'memory',
 *   processor: () => new SimpleSpanProcessor(new InMemorySpanExporter()),
 *   check: async () => ({ name: 'mine', status: 'ok', message: 'always there' }),
 * };
 * init({ exporter: mine });
 */
export interface Exporter {
  /** A short name, shown in the start-up line and in `stats()`. */
  readonly name: string;
  /** Where it goes, as the start-up line shows it: no secrets. */
  readonly endpoint?: string;
  /**
   * Which ended spans it takes: those of the traces that are kept, or every one, sampled or not, for numbers that are
   * the same whatever is sampled. With `'every'` the spans of all traces are recorded. @default 'kept'
   */
  readonly sees?: 'kept' | 'every';
  /** Makes the processor that takes ended spans; called once by `init()`. */
  processor(context: ExporterContext): SpanProcessor;
  /** The page of this trace in the backend's own UI, where it has a stable one. */
  url?(ids: SpanIds): string | undefined;
  /** Looks whether spans would arrive. Never rejects. */
  check(): Promise<Check>;
  /** The numbers of delivery, where the exporter counts. */
  stats?(): ExporterStats;
  /** What the end of a process needs, where the exporter holds spans back; without it the processor's own flush is used. */
  controls?(): ExporterControls | undefined;
}

/** How an exporter that holds spans back brings them home. */
export interface ExporterControls {
  /** Delivers what has ended so far, within so many milliseconds; says in one line if it could not. Never rejects. */
  flush(timeoutMs: number): Promise<void>;
  /** Delivers what is left, then stops. Never rejects. */
  shutdown(timeoutMs: number): Promise<void>;
  /** Saves or counts what is left, synchronously: the last moment of a process. */
  rescue(): void;
  /** Whether a flush would bring nothing out. */
  isIdle(): boolean;
  /** Holds spans back in the exporter's own form while their trace is not decided; without it they wait as they are. */
  readonly holder?: SpanBuffer | undefined;
}
