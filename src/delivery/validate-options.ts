// Validates the `delivery` option of `init()` and of exporters: numbers with units, and the spool.

import {
  addProblem,
  describeValue,
  nonEmptyString,
  type NumberRange,
  numberInRange,
  objectWith,
  oneOf,
  type Validator,
} from '../core/validators.js';
import type { DeliveryOptions, SpoolOptions } from './options.js';

/** The longest time of a Node.js timer. A longer one fires at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** The range of a time in milliseconds. */
export const MILLISECONDS_RANGE: NumberRange = {
  min: 1,
  max: MAX_TIMER_MS,
  expected: 'milliseconds, 1 or more',
};

/** The names that OpenTelemetry's batch processor and OTLP exporters use for these options. */
const FOREIGN_NAMES: Readonly<Record<string, keyof DeliveryOptions>> = {
  maxQueueSize: 'maxQueueBytes',
  maxExportBatchSize: 'maxChunkBytes',
  scheduledDelayMillis: 'intervalMs',
  exportTimeoutMillis: 'requestTimeoutMs',
  timeoutMillis: 'requestTimeoutMs',
  timeoutMs: 'requestTimeoutMs',
  timeout: 'requestTimeoutMs',
  shutdownTimeoutMs: 'flushTimeoutMs',
  shutdownTimeout: 'flushTimeoutMs',
};

const milliseconds = numberInRange(MILLISECONDS_RANGE);
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
  return addProblem(context, 'wrong_type', expected, describeValue(value));
};

/** The `delivery` option. */
export const deliveryValidator: Validator<DeliveryOptions> = objectWith<DeliveryOptions>(
  {
    maxQueueBytes: bytes,
    maxChunkBytes: bytes,
    intervalMs: milliseconds,
    requestTimeoutMs: milliseconds,
    flushTimeoutMs: milliseconds,
    compression: oneOf(['gzip', 'none']),
    spool,
  },
  [],
  FOREIGN_NAMES,
);
