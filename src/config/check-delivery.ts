// The `delivery` and `limits` options: numbers with units, and the spool.

import type { DeliveryOptions, SpoolOptions } from '../exporters/exporter.js';
import type { LimitsOptions } from './options.js';
import { number, oneOf, type Range, type Reader, refuse, shape, text } from './validators.js';

/** Timers of Node end here; a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** The range of a time in milliseconds. */
export const MILLISECONDS: Range = { min: 1, max: MAX_TIMER_MS, expected: 'milliseconds, 1 or more' };

/** The range of a limit; `Infinity` lifts it. */
export const LIMIT: Range = {
  min: 0,
  max: Number.POSITIVE_INFINITY,
  integer: true,
  expected: 'a whole number, 0 or more, or Infinity',
};

const milliseconds = number(MILLISECONDS);
const limit = number(LIMIT);
const bytes = number({
  min: 1_024,
  max: Number.MAX_SAFE_INTEGER,
  integer: true,
  expected: 'a whole number of bytes, 1024 or more',
});

const spoolOptions = shape<SpoolOptions>(
  { directory: text, maxBytes: bytes, mode: oneOf(['overflow', 'always']) },
  ['directory'],
);

const spool: Reader<false | string | SpoolOptions> = (value, at) => {
  if (value === false) return false;
  if (typeof value === 'string') return text(value, at);
  if (typeof value === 'object') return spoolOptions(value, at);
  return refuse(at, 'wrong_type', 'false, a directory, or { directory, maxBytes, mode }', String(value));
};

/** How finished spans leave. */
export const delivery: Reader<DeliveryOptions> = shape<DeliveryOptions>({
  maxQueueBytes: bytes,
  maxChunkBytes: bytes,
  intervalMs: milliseconds,
  timeoutMs: milliseconds,
  shutdownTimeoutMs: milliseconds,
  compression: oneOf(['gzip', 'none']),
  spool,
});

/** What a span may hold. */
export const limits: Reader<LimitsOptions> = shape<LimitsOptions>({
  attributeValueLengthLimit: limit,
  attributeCountLimit: limit,
  linkCountLimit: limit,
  eventCountLimit: limit,
  attributePerEventCountLimit: limit,
  attributePerLinkCountLimit: limit,
});
