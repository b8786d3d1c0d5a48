// The `delivery` option of `init()`: its types, its defaults, and their combination.

import { omitUndefined } from '../core/omit-undefined.js';

/** The `delivery` option of `init()`: how ended spans are sent. */
export interface DeliveryOptions {
  /** Memory for the queue of each destination, in bytes. @default 67108864 (64 MiB) */
  readonly maxQueueBytes?: number;
  /** Size of one request before compression, in bytes. @default 524288 (512 KiB) */
  readonly maxChunkBytes?: number;
  /** Milliseconds after which a batch is sent although it is not full. @default 1000 */
  readonly intervalMs?: number;
  /** Time limit of one request in milliseconds, connecting included. @default 10000 */
  readonly requestTimeoutMs?: number;
  /** Time limit of shutdown and of the final flush at exit, in milliseconds. @default 3000 */
  readonly flushTimeoutMs?: number;
  /** Compression of request bodies. @default 'gzip' */
  readonly compression?: 'gzip' | 'none';
  /** Directory for spans that do not fit into memory. @default false */
  readonly spool?: false | string | SpoolOptions;
}

/** The `delivery.spool` option: where and when spans are stored on disk. */
export interface SpoolOptions {
  /** The directory. It is created if it does not exist. */
  readonly directory: string;
  /** Disk space for each process and destination, in bytes. @default 268435456 (256 MiB) */
  readonly maxBytes?: number;
  /** `'overflow'`: only what does not fit into memory. `'always'`: each batch before it is sent. @default 'overflow' */
  readonly mode?: 'overflow' | 'always';
}

/** `DeliveryOptions` with every default filled in. */
export interface ResolvedDelivery extends Required<Omit<DeliveryOptions, 'spool'>> {
  readonly spool: false | Required<SpoolOptions>;
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

const SPOOL_DEFAULTS: Omit<Required<SpoolOptions>, 'directory'> = {
  maxBytes: 256 * MIB,
  mode: 'overflow',
};

/** The approximate memory of a span, to convert between limits in spans and limits in bytes. */
export const BYTES_PER_SPAN = 1_024;

/**
 * Fills in the defaults. An option that is undefined counts as absent.
 *
 * @param options validated options
 * @example
 * resolveDelivery({ spool: '/var/spool/traces' }).spool;
 * // { directory: '/var/spool/traces', maxBytes: 268435456, mode: 'overflow' }
 */
export function resolveDelivery(options: DeliveryOptions): ResolvedDelivery {
  const { spool = false, ...others } = options;
  return {
    ...DELIVERY_DEFAULTS,
    ...omitUndefined(others),
    spool: spool === false ? false : resolveSpool(typeof spool === 'string' ? { directory: spool } : spool),
  };
}

function resolveSpool(spool: SpoolOptions): Required<SpoolOptions> {
  const { directory, ...others } = spool;
  return { directory, ...SPOOL_DEFAULTS, ...omitUndefined(others) };
}
