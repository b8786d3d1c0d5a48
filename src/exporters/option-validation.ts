// Validation of the options of this package's exporters. Problems are collected, so that one error lists all of them.

import type { OptionProblem } from '../core/errors.js';
import { formatValue } from '../core/format-value.js';
import { isHeaderName, isHeaderValue } from '../core/header-syntax.js';
import { normalizeEndpoint } from '../core/endpoint.js';
import {
  addProblem,
  booleanValue,
  describeValue,
  type FieldValidators,
  isRecord,
  objectWith,
  throwIfInvalid,
  type ValidationContext,
  validateSafely,
  type Validator,
} from '../core/validators.js';
import type { HeaderRecord, RequestHeaders } from '../delivery/http/request-headers.js';
import type { TlsOptions } from '../delivery/http/tls-options.js';
import type { DeliverOptions } from './exporter.js';

/** The options whose validators accepted them, and the problems of the others. */
export interface ValidatedOptions<T> {
  readonly options: T;
  /** Unknown options first, then in the order of the options. */
  readonly problems: OptionProblem[];
}

const MAX_SHOWN_NAME = 60;

/**
 * Validates and copies the options of an exporter.
 *
 * @param name the exporter's name, the beginning of the path of each problem
 * @param options the options as given in code
 * @param fields a validator for each option
 * @param required the options that must be present
 * @param foreignNames names that other tools use for these options
 * @throws TraceError for a value that is not an object
 */
export function validateExporterOptions<T extends object>(
  name: string,
  options: unknown,
  fields: FieldValidators<T>,
  required: readonly (keyof T & string)[] = [],
  foreignNames: Readonly<Record<string, string>> = {},
): ValidatedOptions<T> {
  const problems: OptionProblem[] = [];
  const context: ValidationContext = { path: name, problems };
  const validate = objectWith(fields, required, foreignNames);
  const copy = validateSafely(() => validate(options, context), context);
  if (copy === undefined) throwIfInvalid(problems);
  // A validator that returns undefined has added a problem.
  return { options: copy as T, problems };
}

/** Accepts any string. An empty string counts as an unset option. */
export const anyString: Validator<string> = (value, context) =>
  typeof value === 'string' ? value : addProblem(context, 'wrong_type', 'a string', formatValue(value));

/** Certificates in PEM, as text, bytes or paths. Problems never show a value. */
export const tlsValidator: Validator<TlsOptions> = objectWith<TlsOptions>({
  ca: (value, context) =>
    Array.isArray(value) && value.length > 0 && value.every(isPem) ? value : pem(value, context),
  cert: pem,
  key: pem,
  rejectUnauthorized: booleanValue,
});

function pem(value: unknown, context: ValidationContext): string | Uint8Array | undefined {
  if (isPem(value)) return value;
  return addProblem(
    context,
    'wrong_type',
    'PEM as text or bytes, or the path of a file',
    `a ${typeof value}`,
  );
}

function isPem(value: unknown): value is string | Uint8Array {
  return (typeof value === 'string' && value.trim() !== '') || value instanceof Uint8Array;
}

/** An endpoint: a host, base URL or full URL, or a `URL` object. The URL of text is completed. */
export const endpointValidator: Validator<DeliverOptions['endpoint']> = (value, context) =>
  isUrlObject(value) ? value : urlValidator(value, context);

/** By its members, because a `URL` of another realm is no instance of ours. */
function isUrlObject(value: unknown): value is URL {
  if (typeof value !== 'object' || value === null) return false;
  const { href } = value as { readonly href?: unknown };
  return typeof href === 'string' && URL.canParse(href);
}

/** An endpoint as text. The result is the full URL. */
export const urlValidator: Validator<string> = (value, context) => {
  if (typeof value !== 'string') {
    return addProblem(context, 'wrong_type', 'a host, host:port or http(s) URL', formatValue(value));
  }
  const { url, problems } = normalizeEndpoint(value, context.path);
  context.problems.push(...problems);
  return url;
};

/** Request headers, or a function that returns them. */
export const headersValidator: Validator<RequestHeaders> = (value, context) =>
  typeof value === 'function' ? (value as () => HeaderRecord) : requestHeaders(value, context);

/**
 * Request headers. Blanks around a value are removed, such as the line end of a file that holds a token. Problems never
 * show a value.
 */
export const requestHeaders: Validator<Readonly<Record<string, string>>> = (value, context) => {
  if (!isRecord(value)) {
    const received = typeof value === 'object' && value !== null ? describeValue(value) : `a ${typeof value}`;
    return addProblem(context, 'wrong_type', 'an object of header names and values', received);
  }
  const accepted: [string, string][] = [];
  for (const [name, text] of Object.entries<unknown>({ ...value })) {
    const here = {
      path: `${context.path}[${JSON.stringify(name.slice(0, MAX_SHOWN_NAME))}]`,
      problems: context.problems,
    };
    if (typeof text !== 'string') addProblem(here, 'wrong_type', 'a string', `a ${typeof text}`);
    else if (!isHeaderName(name) || !isHeaderValue(text.trim())) {
      const expected = 'a name and a value that a header can carry, on one line';
      addProblem(here, 'malformed_headers', expected, 'other characters');
    } else accepted.push([name, text.trim()]);
  }
  return Object.fromEntries(accepted);
};
