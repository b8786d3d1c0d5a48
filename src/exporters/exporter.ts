// The interface of exporters. Each destination of spans that the user configures implements it.

import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Check } from '../core/check.js';
import type { Diagnostics } from '../core/diagnostics.js';
import type { Delivery, DestinationOptions } from '../delivery/index.js';
import type { DeliveryOptions } from '../delivery/options.js';
import type { DeliveryStats, ExporterStats } from '../delivery/stats.js';
import type { SpanBuffer } from '../spans/span-buffer.js';

export type { DeliveryOptions, SpoolOptions } from '../delivery/options.js';

/** The context that `init()` starts an exporter with. */
export interface ExporterContext {
  /** The service's name. */
  readonly service: string;
  /** The attributes of this process. */
  readonly resource: Resource;
  /** The environment variables, as `init()` read them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The log for messages to the user. */
  readonly diagnostics: Diagnostics;
  /** The `delivery` option of `init()`. */
  readonly delivery: DeliveryOptions;
  /** The `OTEL_EXPORTER_OTLP_*` variables, with defaults. */
  readonly otlp: OtlpSettings;
  /**
   * Delivers ended spans as OTLP to a destination: queue, sender, spool and statistics. Destinations without a `shape`
   * share the encoded bytes.
   */
  readonly deliver: (destination: DestinationOptions) => Delivery;
  /** The statistics of all exporters, including this one. */
  readonly deliveryStats: () => DeliveryStats;
}

/** The settings of an OTLP/HTTP destination, with every default in place. */
export interface OtlpSettings {
  /** The full URL. */
  readonly endpoint: string;
  /** Request headers, which may hold secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** The compression of request bodies. */
  readonly compression: 'gzip' | 'none';
  /** The encoding of spans. */
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Milliseconds for a whole request. */
  readonly requestTimeoutMs: number;
  /** Certificates, in PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** The ids of a span, or of a trace. */
export interface SpanIds {
  readonly traceId: string;
  /** Undefined for the whole trace. */
  readonly spanId?: string | undefined;
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
  /** A short name, for the start-up line and `stats()`. */
  readonly name: string;
  /** The address, for the start-up line, without secrets. */
  readonly endpoint?: string;
  /**
   * The spans that the exporter receives: those of kept traces, or every ended span, sampled or not. Metrics of every span
   * do not depend on the sampling. With `'every'` the spans of all traces are recorded. @default 'kept'
   */
  readonly sees?: 'kept' | 'every';
  /** Creates the processor that receives ended spans. `init()` calls it once. */
  processor(context: ExporterContext): SpanProcessor;
  /** The page of the trace in the backend's UI, if the address of the page is stable. */
  url?(ids: SpanIds): string | undefined;
  /** Examines whether spans would arrive. Never rejects. */
  check(): Promise<Check>;
  /** The delivery statistics, for an exporter that counts. */
  stats?(): ExporterStats;
  /** Flush and shutdown with a time limit, for an exporter that queues spans. Without it, the processor's own methods are used. */
  controls?(): ExporterControls | undefined;
}

/** Flush and shutdown of an exporter that queues spans. */
export interface ExporterControls {
  /** Delivers all queued spans within the time-out, and reports if it could not. Never rejects. */
  flush(timeoutMs: number): Promise<void>;
  /** Delivers all queued spans, then stops. Never rejects. */
  shutdown(timeoutMs: number): Promise<void>;
  /** Saves or counts all queued spans, synchronously, before the process exits. */
  rescue(): void;
  /** Whether a flush would deliver nothing. */
  isIdle(): boolean;
  /** Buffers spans in the exporter's encoding until the tail sampler has decided. Without it, span objects are buffered. */
  readonly buffer?: SpanBuffer | undefined;
}
