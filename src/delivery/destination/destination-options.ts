// The options of one destination, and the parts that all destinations of a process share.

import type { Resource } from '@opentelemetry/resources';
import type { Clock } from '../../core/clock.js';
import type { Diagnostics } from '../../core/diagnostics.js';
import type { Timers } from '../../core/timers.js';
import type { SpanShape } from '../batch/span-shape.js';
import type { RequestHeaders } from '../http/request-headers.js';
import type { TlsOptions } from '../http/tls-options.js';
import type { DeliveryOptions } from '../options.js';
import type { SegmentOwners } from '../spool/segment-owner.js';
import type { SpoolFileSystem } from '../spool/spool-file-system.js';
import type { Protocol } from '../stats.js';
import type { Transport } from '../transport.js';

/** A destination for spans: one endpoint of a backend. */
export interface DestinationOptions {
  /** The name of the exporter, in `stats()` and in messages. */
  readonly name: string;
  /** The URL of the POST requests. */
  readonly endpoint: URL;
  /** The endpoint in messages. @default the endpoint without its secrets */
  readonly displayEndpoint?: string;
  /** Headers of every request, or a function that returns them before each request. @default {} */
  readonly headers?: RequestHeaders | undefined;
  /** Compression of request bodies. @default delivery.compression */
  readonly compression?: 'gzip' | 'none' | undefined;
  /** Encoding of the requests. @default 'http/protobuf' */
  readonly protocol?: Protocol | undefined;
  /** Certificates of the connection. */
  readonly tls?: TlsOptions | undefined;
  /** The options of this destination. @default those of `SharedOptions` */
  readonly delivery?: DeliveryOptions | undefined;
  /** The connection to the backend. @default HTTP */
  readonly transport?: Transport;
  /**
   * Adapts each span before it is encoded for this destination. A span for which it throws is dropped. Destinations
   * with the same function, or with none, share the same bytes.
   */
  readonly shape?: SpanShape | undefined;
  /**
   * The size of one request before compression that the backend accepts, in bytes. It limits `delivery.maxChunkBytes`.
   * @default none
   */
  readonly maxChunkBytes?: number;
}

/** The parts that all destinations of one delivery share. */
export interface SharedOptions {
  readonly options: DeliveryOptions;
  /** The resource of spans that carry none. */
  readonly resource: Resource;
  readonly diagnostics: Diagnostics;
  /** The environment, for the proxy variables. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly timers?: Timers;
  /** Returns a number in [0, 1). @default Math.random */
  readonly random?: () => number;
  readonly fileSystem?: SpoolFileSystem;
  readonly segmentOwners?: SegmentOwners;
}
