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
const REPLACE_EXPECTED = `${formatAlternatives(MODES)}, or a function that receives the value and its key`;
const KEY_EXPECTED = 'a key or a regular expression';
const mode = oneOf(MODES, 'wrong_type', {}, REPLACE_EXPECTED);

const expression: Validator<RegExp> = (value, context) =>
  value instanceof RegExp
    ? value
    : addProblem(context, 'wrong_type', 'a regular expression', describeValue(value));

const key: Validator<string | RegExp> = (value, context) =>
  value instanceof RegExp
    ? value
    : typeof value === 'string'
      ? nonEmptyString(value, context)
      : addProblem(context, 'wrong_type', KEY_EXPECTED, describeValue(value));

const replace: Validator<'mask' | 'hash' | 'drop' | Redactor> = (value, context) => {
  if (typeof value === 'function') return value as Redactor;
  if (typeof value === 'string') return mode(value, context);
  return addProblem(context, 'wrong_type', REPLACE_EXPECTED, describeValue(value));
};

const redactOptions = objectWith<RedactOptions>({
  keys: listOf(key, 'a list of keys and regular expressions'),
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
