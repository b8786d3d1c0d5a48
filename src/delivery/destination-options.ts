// What a destination is told, and what all destinations of a process share.

import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../core/clock.js';
import type { Diagnostics } from '../core/diagnostics.js';
import type { HttpTransportOptions, TlsOptions } from './http/transport.js';
import type { DeliveryOptions } from './options.js';
import type { SpoolFiles } from './spool/files.js';
import type { Owners } from './spool/owner.js';
import type { Timers } from '../core/timers.js';
import type { Transport } from './transport.js';

/** How spans look to one backend. */
export interface SpanShape {
  (span: ReadableSpan): ReadableSpan;
  /** Sees the attributes of a resource, once for many spans, and may answer others in their place. */
  readonly resource?: ((attributes: Attributes) => Attributes) | undefined;
}

/** Where spans go, and how they get there. */
export interface DestinationOptions {
  /** The exporter's name, in `stats()` and in messages. */
  readonly name: string;
  /** The URL that is posted to. */
  readonly endpoint: URL;
  /** How messages show it. @default the endpoint without its secrets */
  readonly shown?: string;
  /** Sent with every request. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Wins over `options.compression`. @default options.compression */
  readonly compression?: 'gzip' | 'none' | undefined;
  /** How spans are written. @default 'http/protobuf' */
  readonly protocol?: HttpTransportOptions['protocol'];
  readonly tls?: TlsOptions | undefined;
  /** Milliseconds for one request in all; wins over `options.timeoutMs`. @default options.timeoutMs */
  readonly timeoutMs?: number | undefined;
  /** Another way to the backend: a file, or a test's. @default HTTP */
  readonly transport?: Transport;
  /**
   * Sees each span before it is encoded for this destination, and may answer another in its place: a vendor's limits.
   * A span it throws on does not leave. Destinations with the same function, or with none, share the same bytes.
   */
  readonly shape?: SpanShape | undefined;
  /**
   * Bytes of one request before compression, at most: what the backend takes. Where it is less than
   * `options.maxChunkBytes` this destination has chunks of its own. @default options.maxChunkBytes
   */
  readonly maxChunkBytes?: number;
}

/** What all destinations of one delivery share. */
export interface SharedOptions {
  readonly options: DeliveryOptions;
  /** Everything known about the process that sends; a span's own resource wins. */
  readonly resource: Resource;
  readonly diagnostics: Diagnostics;
  /** For the proxy variables. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly random?: () => number;
  readonly fs?: SpoolFiles;
  readonly owners?: Owners;
}
