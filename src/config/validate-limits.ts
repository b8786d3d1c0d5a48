// Validates the `limits` option.

import { type NumberRange, numberInRange, objectWith, type Validator } from '../core/validators.js';
import type { LimitsOptions } from './options.js';

/** The range of a limit. `Infinity` lifts it. */
export const LIMIT_RANGE: NumberRange = {
  min: 0,
  max: Number.POSITIVE_INFINITY,
  isInteger: true,
  expected: 'a whole number, 0 or more, or Infinity',
};

const limit = numberInRange(LIMIT_RANGE);

/** The `limits` option. */
export const limitsValidator: Validator<LimitsOptions> = objectWith<LimitsOptions>({
  attributeValueLengthLimit: limit,
  attributeCountLimit: limit,
  linkCountLimit: limit,
  eventCountLimit: limit,
  attributePerEventCountLimit: limit,
  attributePerLinkCountLimit: limit,
});
