// The `delivery` option of `init()` and of exporters: its types, its defaults, and their combination.

import { type Complete, omitUndefined } from '../core/omit-undefined.js';

/** The `delivery` option of `init()` and of exporters: how ended spans are sent. An exporter's own options take precedence. */
export interface DeliveryOptions {
  /** Memory for the queue of each destination, in bytes. @default 67108864 (64 MiB) */
  readonly maxQueueBytes?: number | undefined;
  /** Size of one request before compression, in bytes. A value above 60 MiB has the effect of 60 MiB. @default 524288 (512 KiB) */
  readonly maxChunkBytes?: number | undefined;
  /** Milliseconds after which a batch is sent although it is not full. @default 1000 */
  readonly intervalMs?: number | undefined;
  /** Milliseconds for one request, connecting included. @default 10000 */
  readonly requestTimeoutMs?: number | undefined;
  /** Milliseconds for a flush, a shutdown, and the final flush at exit. @default 3000 */
  readonly flushTimeoutMs?: number | undefined;
  /** Compression of request bodies. @default 'gzip' */
  readonly compression?: 'gzip' | 'none' | undefined;
  /** Directory for spans that do not fit into memory. @default false */
  readonly spool?: false | string | SpoolOptions | undefined;
}

/** The `delivery.spool` option: where and when spans are stored on disk. */
export interface SpoolOptions {
  /** The directory. It is created if it does not exist. */
  readonly directory: string;
  /** Disk space for each process and destination, in bytes. @default 268435456 (256 MiB) */
  readonly maxBytes?: number | undefined;
  /** `'overflow'`: only what does not fit into memory. `'always'`: each batch before it is sent. @default 'overflow' */
  readonly mode?: 'overflow' | 'always' | undefined;
}

/** `SpoolOptions` with every default filled in. */
export type ResolvedSpool = Complete<SpoolOptions>;

/** `DeliveryOptions` with every default filled in. */
export interface ResolvedDelivery extends Complete<Omit<DeliveryOptions, 'spool'>> {
  readonly spool: false | ResolvedSpool;
}

const MIB = 1024 * 1024;

/** The defaults of `delivery`. */
export const DELIVERY_DEFAULTS: ResolvedDelivery = {
  maxQueueBytes: 64 * MIB,
  maxChunkBytes: 512 * 1024,
  intervalMs: 1_000,
  requestTimeoutMs: 10_000,
  flushTimeoutMs: 3_000,
  compression: 'gzip',
  spool: false,
};

const SPOOL_DEFAULTS: Omit<ResolvedSpool, 'directory'> = {
  maxBytes: 256 * MIB,
  mode: 'overflow',
};

/** The approximate memory of a span, to convert between limits in spans and limits in bytes. */
export const BYTES_PER_SPAN = 1_024;

/**
 * Fills in the defaults. An option that is undefined counts as absent.
 *
 * @param options validated options
 * @param defaults for the options that are absent
 * @example
 * resolveDelivery({ spool: '/var/spool/traces' }).spool;
 * // { directory: '/var/spool/traces', maxBytes: 268435456, mode: 'overflow' }
 */
export function resolveDelivery(
  options: DeliveryOptions,
  defaults: ResolvedDelivery = DELIVERY_DEFAULTS,
): ResolvedDelivery {
  const { spool = defaults.spool, ...others } = options;
  return {
    ...defaults,
    ...omitUndefined(others),
    spool: spool === false ? false : resolveSpool(typeof spool === 'string' ? { directory: spool } : spool),
  };
}

function resolveSpool(spool: SpoolOptions): ResolvedSpool {
  const { directory, ...others } = spool;
  return { directory, ...SPOOL_DEFAULTS, ...omitUndefined(others) };
}
