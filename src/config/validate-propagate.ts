// Validates the `propagate` option: formats, and the hosts and callers that they are exchanged with.

import type { TextMapPropagator } from '@opentelemetry/api';
import { formatText } from '../core/format-value.js';
import { parseHostPattern } from '../core/host-pattern.js';
import { PROPAGATOR_ALIASES, PROPAGATOR_NAMES, type PropagatorName } from '../core/known-names.js';
import {
  addProblem,
  describeValue,
  formatAlternatives,
  listOf,
  nonEmptyString,
  objectWith,
  oneOf,
  type ValidationContext,
  type Validator,
} from '../core/validators.js';
import type { HostRule, PropagateOptions } from '../propagation/types.js';
import { hasMethods } from './validate-objects.js';

type Format = PropagatorName | TextMapPropagator;

const FORMATS_EXPECTED = `${formatAlternatives(PROPAGATOR_NAMES)}, a propagator, or a list of these`;
const HOST_EXPECTED = "a host such as 'api.example', 'api.example:8443' or '*.example'";
const HOSTS_EXPECTED = `${HOST_EXPECTED}, a list of these, or a function that receives the URL`;
const FROM = ['any', 'none'] as const;
const FROM_EXPECTED = `${formatAlternatives(FROM)}, or a function that receives the headers`;

/** Old names, and names of other SDKs. */
const FOREIGN_NAMES: Readonly<Record<string, keyof PropagateOptions>> = {
  propagators: 'formats',
  propagator: 'formats',
  format: 'formats',
  targets: 'to',
  hosts: 'to',
  allow: 'to',
  tracePropagationTargets: 'to',
  propagateTraceHeaderCorsUrls: 'to',
  baggage: 'baggageTo',
  baggageKeys: 'baggageFrom',
  trustRemote: 'from',
  trust: 'from',
};

const name = oneOf(PROPAGATOR_NAMES, 'unknown_propagator', PROPAGATOR_ALIASES);

const format: Validator<Format> = (value, context) => {
  if (value === 'none') {
    const fix = 'Write formats: [] to send and read no headers.';
    return addProblem(context, 'unknown_propagator', FORMATS_EXPECTED, "'none'", { fix });
  }
  if (typeof value === 'string') return name(value, context);
  if (typeof value === 'object' && value !== null && hasMethods(value, ['inject', 'extract', 'fields'])) {
    return value as TextMapPropagator;
  }
  const fix = typeof value === 'function' ? 'Create an object of the class, with new.' : undefined;
  return addProblem(context, 'wrong_type', FORMATS_EXPECTED, describeValue(value), { fix });
};

const formatList = listOf(format, FORMATS_EXPECTED);

const formats: Validator<Format | readonly Format[]> = (value, context) =>
  Array.isArray(value) ? formatList(value, context) : format(value, context);

const host: Validator<string> = (value, context) => checkHost(value, HOST_EXPECTED, context);

const hostList = listOf(host, HOSTS_EXPECTED);

const hosts: Validator<HostRule> = (value, context) => {
  if (typeof value === 'function') return value as (url: string) => boolean;
  if (Array.isArray(value)) return hostList(value, context);
  return checkHost(value, HOSTS_EXPECTED, context);
};

function checkHost(value: unknown, expected: string, context: ValidationContext): string | undefined {
  if (value instanceof RegExp) {
    const fix = "Write a pattern such as '*.example', or a function that receives the URL.";
    return addProblem(context, 'wrong_type', expected, 'a regular expression', { fix });
  }
  if (typeof value !== 'string') return addProblem(context, 'wrong_type', expected, describeValue(value));
  if (parseHostPattern(value) !== undefined) return value;
  const fix = /[/?#]/.test(value) ? 'Write the host alone, without scheme and path.' : undefined;
  return addProblem(context, 'wrong_type', expected, formatText(value), { fix });
}

const fromName = oneOf(FROM, 'wrong_type', {}, FROM_EXPECTED);

const from: Validator<Exclude<PropagateOptions['from'], undefined>> = (value, context) => {
  if (typeof value === 'function') return value as Exclude<PropagateOptions['from'], undefined | string>;
  if (typeof value === 'string') return fromName(value, context);
  return addProblem(context, 'wrong_type', FROM_EXPECTED, describeValue(value));
};

const options = objectWith<PropagateOptions>(
  {
    formats,
    to: hosts,
    baggageTo: hosts,
    from,
    baggageFrom: listOf(nonEmptyString, 'a list of baggage keys'),
  },
  [],
  FOREIGN_NAMES,
);

/** The `propagate` option. */
export const propagateValidator: Validator<PropagateOptions> = (value, context) => {
  const isFormats = typeof value === 'string' || Array.isArray(value);
  if (!isFormats) return options(value, context);
  const written = Array.isArray(value) ? '[…]' : formatText(value as string).replaceAll('"', "'");
  return addProblem(
    context,
    'wrong_type',
    'an object { formats, to, baggageTo, from, baggageFrom }',
    describeValue(value),
    {
      fix: `Write propagate: { formats: ${written} }.`,
    },
  );
};
