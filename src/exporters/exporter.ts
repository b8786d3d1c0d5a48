// The interface of exporters. Each destination of spans that the user configures implements it.

import type { Check } from '../core/check.js';
import type { Level, Logger } from '../core/diagnostics.js';
import type { Resource, SpanProcessor } from '../core/sdk-types.js';
import type { RequestHeaders } from '../delivery/http/request-headers.js';
import type { TlsOptions } from '../delivery/http/tls-options.js';
import type { DeliveryOptions } from '../delivery/options.js';
import type { PartialStats, Protocol } from '../delivery/stats.js';

export type { RequestHeaders } from '../delivery/http/request-headers.js';
export type { TlsOptions } from '../delivery/http/tls-options.js';
export type { DeliveryOptions, SpoolOptions } from '../delivery/options.js';

/** The ids of a span, or of a trace. */
export interface SpanIds {
  readonly traceId: string;
  /** Undefined for the whole trace. */
  readonly spanId?: string | undefined;
}

/** The log of an exporter. */
export interface ExporterLog extends Logger {
  /** Writes a message the first time its key is used in this process. */
  once(key: string, level: Level, message: string): void;
}

/** A destination that accepts OTLP over HTTP. */
export interface DeliverOptions {
  /** A host, a base URL or the full URL. A `URL` object is used without a change. */
  readonly endpoint: string | { readonly href: string };
  /** The name in statistics and messages. @default the exporter's name */
  readonly name?: string | undefined;
  /** Request headers, or a function that returns them before each request. @default {} */
  readonly headers?: RequestHeaders | undefined;
  /** The encoding of spans. @default 'http/protobuf' */
  readonly protocol?: Protocol | undefined;
  /** The compression of request bodies. @default `delivery.compression` */
  readonly compression?: 'gzip' | 'none' | undefined;
  /** Certificates, in PEM or as paths of files. @default the system's */
  readonly tls?: TlsOptions | undefined;
  /** Queueing, sending and retrying. @default the `delivery` option of `init()` */
  readonly delivery?: DeliveryOptions | undefined;
}

/** The context that `init()` starts an exporter with. */
export interface ExporterContext {
  /** The service's name. */
  readonly service: string;
  /** The attributes of this process. */
  readonly resource: Resource;
  /** The environment variables, as `init()` read them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The log for messages to the user. */
  readonly diagnostics: ExporterLog;
  /**
   * Delivers ended spans as OTLP over HTTP, with queue, retries, spool and statistics. The result can be returned from
   * `start()`.
   *
   * @throws TraceError with every mistake in the options
   */
  deliver(options: DeliverOptions): StartedExporter;
}

/** The time limit of a flush or a shutdown. */
export interface FlushOptions {
  /** Milliseconds. */
  readonly timeoutMs: number;
}

/** A running exporter. */
export interface StartedExporter {
  /** Receives the spans. Spans without the sampled flag belong to traces that are not kept. */
  readonly processor: SpanProcessor;
  /** Delivers the queued spans within the time limit. @default `processor.forceFlush()` */
  flush?(options: FlushOptions): Promise<void>;
  /** Delivers the queued spans within the time limit, then stops. @default `processor.shutdown()` */
  shutdown?(options: FlushOptions): Promise<void>;
  /** The row of the exporter in `trace.stats()`. Missing counts are 0. @default no row */
  stats?(): PartialStats;
}

/**
 * A destination for spans.
 *
 * @example
 * const acme: Exporter = {
 *   name: 'acme',
 *   start: ({ deliver, env }) =>
 *     deliver({ endpoint: 'https://otlp.acme.example', headers: { 'api-key': env['ACME_KEY'] ?? '' } }),
 *   url: ({ traceId }) => `https://acme.example/traces/${traceId}`,
 * };
 * init({ exporter: acme });
 */
export interface Exporter {
  /** A short name, for the start-up line and `trace.stats()`. */
  readonly name: string;
  /** The address, for the start-up line, without secrets. @default none */
  readonly endpoint?: string | undefined;
  /** Starts the exporter. `init()` calls it once. */
  start(context: ExporterContext): StartedExporter;
  /** The page of a trace in the backend's UI, if the address of the page is stable. */
  url?(ids: SpanIds): string | undefined;
  /** Examines whether spans would arrive. */
  check?(): Promise<Check>;
}
