// Delivery, put together: from a finished span to the answer of a backend, for one destination or several.

import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '../core/clock.js';
import type { Diagnostics } from '../core/diagnostics.js';
import { maskEndpoint } from '../core/endpoint.js';
import { Destination } from './destination.js';
import { createHttpTransport, type TlsOptions } from './http-transport.js';
import { type DeliveryOptions, resolveDelivery, type ResolvedDelivery } from './options.js';
import { DeliveryProcessor } from './processor.js';
import { nodeFiles, type SpoolFiles } from './spool/files.js';
import { systemOwners, type Owners } from './spool/owner.js';
import { Spool } from './spool/spool.js';
import type { ExporterStats } from './stats.js';
import { systemTimers, type Timers } from './timers.js';
import type { Transport } from './transport.js';
import { Voice } from './voice.js';

/** Where spans go, and how they get there. */
export interface DestinationOptions {
  /** The exporter's name, in `stats()` and in messages. */
  readonly name: string;
  /** The URL that is posted to. */
  readonly endpoint: URL;
  /** Sent with every request. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Wins over `options.compression`. @default options.compression */
  readonly compression?: 'gzip' | 'none' | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Milliseconds for one request in all; wins over `options.timeoutMs`. @default options.timeoutMs */
  readonly timeoutMs?: number | undefined;
  /** Another way to the backend, for tests. @default HTTP */
  readonly transport?: Transport;
}

/** What all destinations of one delivery share. */
export interface SharedOptions {
  readonly options: DeliveryOptions;
  /** Everything known about the process that sends; a span's own resource wins. */
  readonly resource: Resource;
  readonly diagnostics: Diagnostics;
  /** Sees each span before it is encoded, and may answer another in its place; a span it throws on does not leave. */
  readonly beforeEncode?: (span: ReadableSpan) => ReadableSpan;
  /** For the proxy variables. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly random?: () => number;
  readonly fs?: SpoolFiles;
  readonly owners?: Owners;
}

/** One destination and what it shares with nobody. */
export interface CreateDeliveryOptions extends DestinationOptions, SharedOptions {}

/** Several destinations that get the same bytes. */
export interface CreateSharedDeliveryOptions extends SharedOptions {
  readonly destinations: readonly DestinationOptions[];
}

/** What every delivery can do. */
export interface DeliveryControls {
  /** Takes ended spans. */
  readonly processor: SpanProcessor;
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

/** The delivery to several destinations. */
export interface SharedDelivery extends DeliveryControls {
  /** One row for each destination, in the order they were given. */
  stats(): readonly ExporterStats[];
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
  const shared = createSharedDelivery({ ...options, destinations: [options] });
  return {
    ...shared,
    stats() {
      const [only] = shared.stats();
      if (only === undefined) throw new TypeError('unreachable: one destination was given');
      return only;
    },
  };
}

/** Makes the delivery to several destinations: each span is encoded once, and the same bytes go to all. */
export function createSharedDelivery(shared: CreateSharedDeliveryOptions): SharedDelivery {
  const { timers = systemTimers } = shared;
  const options = resolveDelivery(shared.options);
  const destinations = shared.destinations.map(destination =>
    createDestination(destination, shared, options),
  );
  const processor = new DeliveryProcessor({
    destinations,
    options,
    timers,
    resource: shared.resource,
    beforeEncode: shared.beforeEncode,
  });
  return {
    processor,
    stats: () => destinations.map(destination => destination.stats()),
    flush: timeoutMs => processor.flush(timeoutMs),
    shutdown: timeoutMs => processor.shutdownWithin(timeoutMs),
    rescue: () => processor.rescue(),
    isIdle: () => processor.isIdle,
  };
}

function createDestination(
  destination: DestinationOptions,
  shared: CreateSharedDeliveryOptions,
  common: ResolvedDelivery,
): Destination {
  const { name, endpoint, headers = {}, tls } = destination;
  const { clock = systemClock, timers = systemTimers, random = Math.random, env = process.env } = shared;
  const options = { ...common, timeoutMs: destination.timeoutMs ?? common.timeoutMs };
  const voice = new Voice(shared.diagnostics, clock);
  const compression = destination.compression ?? options.compression;
  return new Destination({
    target: { name, shown: maskEndpoint(endpoint.href), isDefault: isDefault(endpoint) },
    options,
    transport: destination.transport ?? createHttpTransport({ endpoint, headers, compression, tls, env }),
    spool: openSpool(destination, shared, options, voice),
    timers,
    clock,
    random,
    voice,
  });
}

function openSpool(
  { name, endpoint }: DestinationOptions,
  { clock = systemClock, random = Math.random, fs = nodeFiles, owners }: CreateSharedDeliveryOptions,
  { spool }: ResolvedDelivery,
  voice: Voice,
): Spool | undefined {
  if (spool === undefined) return undefined;
  // Spans that were meant for one backend must never be replayed to another.
  const key = createHash('sha256').update(endpoint.href).digest('hex').slice(0, 8);
  const directory = join(resolve(spool.directory), `${name.replace(/[^a-z0-9]+/gi, '-')}-${key}`);
  return Spool.open({
    directory,
    maxBytes: spool.maxBytes,
    files: fs,
    owners: owners ?? systemOwners(),
    clock,
    random,
    report: (kind, message) => voice.note({ key: kind, message }),
  });
}

/** The endpoint that is used when nobody said anything. */
function isDefault({ protocol, hostname, port }: URL): boolean {
  return protocol === 'http:' && port === '4318' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
