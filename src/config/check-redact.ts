// The `redact` option.

import type { RedactOptions, Redactor } from '../redact/options.js';
import { described, list, oneOf, orList, type Reader, refuse, shape, text } from './validators.js';

const MODES = ['mask', 'hash', 'drop'] as const;
const mode = oneOf(MODES);

const expression: Reader<RegExp> = (value, at) =>
  value instanceof RegExp ? value : refuse(at, 'wrong_type', 'a regular expression', described(value));

const key: Reader<string | RegExp> = (value, at) =>
  typeof value === 'object' ? expression(value, at) : text(value, at);

const replace: Reader<'mask' | 'hash' | 'drop' | Redactor> = (value, at) => {
  if (typeof value === 'function') return value as Redactor;
  if (typeof value === 'string') return mode(value, at);
  return refuse(at, 'wrong_type', `${orList(MODES)}, or a function`, described(value));
};

const redactOptions = shape<RedactOptions>({
  keys: list(key, 'a list of keys'),
  patterns: list(expression, 'a list of regular expressions'),
  replace,
});

/** The whole option. */
export const redact: Reader<false | RedactOptions> = (value, at) => {
  if (value === false) return false;
  if (typeof value === 'object') return redactOptions(value, at);
  return refuse(at, 'wrong_type', 'false, or { keys, patterns, replace }', described(value), {
    fix: value === true ? 'Secrets are redacted unless it is false; leave it out.' : undefined,
  });
};
