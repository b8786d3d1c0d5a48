// Validates the `delivery` and `limits` options: numbers with units, and the spool.

import {
  addProblem,
  nonEmptyString,
  type NumberRange,
  numberInRange,
  objectWith,
  oneOf,
  type Validator,
} from '../core/validators.js';
import type { DeliveryOptions, SpoolOptions } from '../exporters/exporter.js';
import type { LimitsOptions } from './options.js';

/** The longest time of a Node.js timer. A longer one fires at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** The range of a time in milliseconds. */
export const MILLISECONDS_RANGE: NumberRange = {
  min: 1,
  max: MAX_TIMER_MS,
  expected: 'milliseconds, 1 or more',
};

/** The range of a limit. `Infinity` lifts it. */
export const LIMIT_RANGE: NumberRange = {
  min: 0,
  max: Number.POSITIVE_INFINITY,
  isInteger: true,
  expected: 'a whole number, 0 or more, or Infinity',
};

const milliseconds = numberInRange(MILLISECONDS_RANGE);
const limit = numberInRange(LIMIT_RANGE);
const bytes = numberInRange({
  min: 1_024,
  max: Number.MAX_SAFE_INTEGER,
  isInteger: true,
  expected: 'a whole number of bytes, 1024 or more',
});

const spoolOptions = objectWith<SpoolOptions>(
  { directory: nonEmptyString, maxBytes: bytes, mode: oneOf(['overflow', 'always']) },
  ['directory'],
);

const spool: Validator<false | string | SpoolOptions> = (value, context) => {
  if (value === false) return false;
  if (typeof value === 'string') return nonEmptyString(value, context);
  if (typeof value === 'object') return spoolOptions(value, context);
  const expected = 'false, a directory, or { directory, maxBytes, mode }';
  return addProblem(context, 'wrong_type', expected, String(value));
};

/** The `delivery` option. */
export const deliveryValidator: Validator<DeliveryOptions> = objectWith<DeliveryOptions>({
  maxQueueBytes: bytes,
  maxChunkBytes: bytes,
  intervalMs: milliseconds,
  requestTimeoutMs: milliseconds,
  flushTimeoutMs: milliseconds,
  compression: oneOf(['gzip', 'none']),
  spool,
});

/** The `limits` option. */
export const limitsValidator: Validator<LimitsOptions> = objectWith<LimitsOptions>({
  attributeValueLengthLimit: limit,
  attributeCountLimit: limit,
  linkCountLimit: limit,
  eventCountLimit: limit,
  attributePerEventCountLimit: limit,
  attributePerLinkCountLimit: limit,
});
