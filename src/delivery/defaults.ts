// How delivery behaves where nobody says anything. It stands here because the configuration resolves by it and delivery,
// which can also be used by itself, fills in by it; neither may know the other.

const MIB = 1024 * 1024;

/** The defaults of `delivery`; bytes and milliseconds. */
export const DELIVERY_DEFAULTS: {
  readonly maxQueueBytes: number;
  readonly maxChunkBytes: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly compression: 'gzip' | 'none';
} = {
  maxQueueBytes: 64 * MIB,
  maxChunkBytes: 512 * 1024,
  intervalMs: 1_000,
  timeoutMs: 10_000,
  shutdownTimeoutMs: 3_000,
  compression: 'gzip',
};

/** Bytes on disk at most for a spool that names only its directory, and when it is used. */
export const SPOOL_DEFAULTS: { readonly maxBytes: number; readonly mode: 'overflow' | 'always' } = {
  maxBytes: 256 * MIB,
  mode: 'overflow',
};

/** What a span's object graph takes in memory, about: so limits in spans and limits in bytes can be converted. */
export const BYTES_PER_SPAN = 1_024;
