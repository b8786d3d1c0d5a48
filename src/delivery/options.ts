// `delivery` of `init()`: how finished spans leave, and what holds where nothing was said.

import { DELIVERY_DEFAULTS, SPOOL_DEFAULTS } from './defaults.js';

/** `delivery` of `init()`: how finished spans leave. */
export interface DeliveryOptions {
  /** Bytes that may wait in memory for each destination. @default 67108864 (64 MiB) */
  readonly maxQueueBytes?: number;
  /** Bytes of one request before compression. @default 524288 (512 KiB) */
  readonly maxChunkBytes?: number;
  /** Milliseconds after which a chunk is sent although it is not full. @default 1000 */
  readonly intervalMs?: number;
  /** Milliseconds for one request in all. @default 10000 */
  readonly timeoutMs?: number;
  /** Milliseconds that shutdown and exit may take. @default 3000 */
  readonly shutdownTimeoutMs?: number;
  /** How request bodies are compressed. @default 'gzip' */
  readonly compression?: 'gzip' | 'none';
  /** A directory in which spans wait that memory cannot hold. @default false */
  readonly spool?: false | string | SpoolOptions;
}

/** Where and how spans wait on disk. */
export interface SpoolOptions {
  readonly directory: string;
  /** Bytes on disk at most, for each process and destination. @default 268435456 (256 MiB) */
  readonly maxBytes?: number;
  /** `'overflow'`: only what memory cannot hold; `'always'`: written before it is sent. @default 'overflow' */
  readonly mode?: 'overflow' | 'always';
}

/** `DeliveryOptions` with every default filled in. */
export interface ResolvedDelivery {
  readonly maxQueueBytes: number;
  readonly maxChunkBytes: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly compression: 'gzip' | 'none';
  readonly spool: Required<SpoolOptions> | undefined;
}

/**
 * Fills in the defaults; what was written has been checked before.
 *
 * @param options what the user said
 */
export function resolveDelivery(options: DeliveryOptions): ResolvedDelivery {
  const { spool = false } = options;
  const written = typeof spool === 'string' ? { directory: spool } : spool;
  return {
    maxQueueBytes: options.maxQueueBytes ?? DELIVERY_DEFAULTS.maxQueueBytes,
    maxChunkBytes: options.maxChunkBytes ?? DELIVERY_DEFAULTS.maxChunkBytes,
    intervalMs: options.intervalMs ?? DELIVERY_DEFAULTS.intervalMs,
    timeoutMs: options.timeoutMs ?? DELIVERY_DEFAULTS.timeoutMs,
    shutdownTimeoutMs: options.shutdownTimeoutMs ?? DELIVERY_DEFAULTS.shutdownTimeoutMs,
    compression: options.compression ?? DELIVERY_DEFAULTS.compression,
    spool:
      written === false
        ? undefined
        : {
            directory: written.directory,
            maxBytes: written.maxBytes ?? SPOOL_DEFAULTS.maxBytes,
            mode: written.mode ?? SPOOL_DEFAULTS.mode,
          },
  };
}
