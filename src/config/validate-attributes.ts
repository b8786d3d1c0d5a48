// Validates the `attributes` option. Dates, big integers and objects are stored as text or JSON, as on spans.

import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { formatValue } from '../core/format-value.js';
import {
  addProblem,
  createChildContext,
  requireObject,
  validateSafely,
  type Validator,
} from '../core/validators.js';
import { normaliseAttributeValue } from '../spans/attributes.js';

/** Resource attributes. Null and undefined values are left out; functions and symbols are problems. */
export const attributesValidator: Validator<Attributes> = (value, context) => {
  const source = requireObject(value, context);
  if (source === undefined) return undefined;
  const clean = new Map<string, AttributeValue>();
  for (const key of Object.keys(source)) {
    const valueContext = createChildContext(context, key);
    const normalised = validateSafely(() => {
      const given = source[key];
      const supported = normaliseAttributeValue(given);
      if (supported !== undefined || given === undefined || given === null) return supported;
      const expected = 'a string, number, boolean or a list of these';
      return addProblem(valueContext, 'wrong_type', expected, formatValue(given));
    }, valueContext);
    if (normalised !== undefined) clean.set(key, normalised);
  }
  return Object.fromEntries(clean);
};
