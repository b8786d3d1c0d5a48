// Validation of the options of this package's exporters. Problems are collected, so that one error lists all of them.

import type { OptionProblem } from '../core/errors.js';
import { formatValue } from '../core/format-value.js';
import { isHeaderName, isHeaderValue } from '../core/header-syntax.js';
import {
  addProblem,
  type FieldValidators,
  objectWith,
  throwIfInvalid,
  type ValidationContext,
  type Validator,
} from '../core/validators.js';
import type { OtlpSettings } from './exporter.js';

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
 * @throws TraceError for a value that is not an object
 */
export function validateOptions<T extends object>(
  name: string,
  options: unknown,
  fields: FieldValidators<T>,
): ValidatedOptions<T> {
  const problems: OptionProblem[] = [];
  const copy = objectWith(fields)(options, { path: name, problems });
  if (copy === undefined) throwIfInvalid(problems);
  // A validator that returns undefined has added a problem.
  return { options: copy as T, problems };
}

/** Accepts any string. An empty string counts as an unset option. */
export const anyString: Validator<string> = (value, context) =>
  typeof value === 'string' ? value : addProblem(context, 'wrong_type', 'a string', formatValue(value));

/** Certificates in PEM, as text or bytes. */
export const tlsCertificates: Validator<NonNullable<OtlpSettings['tls']>> = objectWith<TlsFields>({
  ca: pem,
  cert: pem,
  key: pem,
  rejectUnauthorized: value => value as boolean,
});

interface TlsFields extends NonNullable<OtlpSettings['tls']> {
  readonly rejectUnauthorized?: boolean;
}

/** Node accepts strings, buffers and lists of both; the list is left to Node. */
function pem(value: unknown, context: ValidationContext): string | undefined {
  const isPem = (part: unknown): boolean => typeof part === 'string' || part instanceof Uint8Array;
  if ((Array.isArray(value) ? value : [value]).every(isPem)) return value as string;
  return addProblem(context, 'wrong_type', 'PEM, as text', formatValue(value));
}

/**
 * Request headers. Blanks around a value are removed, such as the line end of a file that holds a token. Problems never
 * show a value.
 */
export const requestHeaders: Validator<Readonly<Record<string, string>>> = (value, context) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const received = Array.isArray(value) ? 'an array' : `a ${typeof value}`;
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
