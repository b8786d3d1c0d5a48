// Validates the `redact` option.

import {
  addProblem,
  describeValue,
  formatAlternatives,
  listOf,
  nonEmptyString,
  objectWith,
  oneOf,
  type Validator,
} from '../core/validators.js';
import type { RedactOptions, Redactor } from '../redact/options.js';

const MODES = ['mask', 'hash', 'drop'] as const;
const mode = oneOf(MODES);

const expression: Validator<RegExp> = (value, context) =>
  value instanceof RegExp
    ? value
    : addProblem(context, 'wrong_type', 'a regular expression', describeValue(value));

const key: Validator<string | RegExp> = (value, context) =>
  typeof value === 'object' ? expression(value, context) : nonEmptyString(value, context);

const replace: Validator<'mask' | 'hash' | 'drop' | Redactor> = (value, context) => {
  if (typeof value === 'function') return value as Redactor;
  if (typeof value === 'string') return mode(value, context);
  const expected = `${formatAlternatives(MODES)}, or a function`;
  return addProblem(context, 'wrong_type', expected, describeValue(value));
};

const redactOptions = objectWith<RedactOptions>({
  keys: listOf(key, 'a list of keys'),
  patterns: listOf(expression, 'a list of regular expressions'),
  replace,
});

/** The `redact` option: `false`, or an object. */
export const redactValidator: Validator<false | RedactOptions> = (value, context) => {
  if (value === false) return false;
  if (typeof value === 'object') return redactOptions(value, context);
  return addProblem(context, 'wrong_type', 'false, or { keys, patterns, replace }', describeValue(value), {
    fix: value === true ? 'Leave it out: secrets are redacted unless it is false.' : undefined,
  });
};
