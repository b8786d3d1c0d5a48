// Validates the options `instrument` and `instrumentations`.

import { formatText } from '../core/format-value.js';
import { getOwn } from '../core/known-names.js';
import { suggest } from '../core/suggest.js';
import {
  addProblem,
  booleanValue,
  createChildContext,
  describeValue,
  type FieldValidators,
  isRecord,
  listOf,
  nonEmptyString,
  objectWith,
  requireObject,
  type ValidationContext,
  validateSafely,
  type Validator,
} from '../core/validators.js';
import type {
  FetchInstrumentOptions,
  HttpInstrumentOptions,
  Instrumentation,
  InstrumentOption,
  InstrumentRecord,
} from '../instrument/types.js';
import { functionValue, hasMethods } from './validate-objects.js';

const EXPECTED = 'false, or an object such as { http: true, pg: true, auto: true }';
const CONFIG_EXPECTED = 'true, false, or the configuration of the instrumentation';
const OBJECT_FIX = "OpenTelemetry's instrumentation objects go into `instrumentations`.";
/** The header names of RFC 9110. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
// A few names show the form. The full list of sixty would hide it.
const NAME_EXPECTED =
  "'auto', 'http', 'fetch', a name such as 'express', 'pg' or 'redis', or an instrumentation's package";

/** Other names of our own instrumentations. */
const OWN_ALIASES: Readonly<Record<string, string>> = { undici: 'fetch', https: 'http' };

/** The names that OpenTelemetry's instrumentations of http and undici use for these options. */
const FOREIGN_NAMES: Readonly<Record<string, keyof HttpInstrumentOptions>> = {
  ignoreIncomingRequestHook: 'ignore',
  ignoreIncomingPaths: 'ignore',
  ignorePaths: 'ignore',
  ignoreUrls: 'ignore',
  ignoreOutgoingRequestHook: 'ignoreOutgoing',
  ignoreOutgoingUrls: 'ignoreOutgoing',
  ignoreRequestHook: 'ignoreOutgoing',
  headersToSpanAttributes: 'requestHeaders',
  captureRequestHeaders: 'requestHeaders',
  captureResponseHeaders: 'responseHeaders',
  startIncomingSpanHook: 'attributes',
  startOutgoingSpanHook: 'attributes',
  applyCustomAttributesOnSpan: 'attributes',
  requestHook: 'attributes',
  startSpanHook: 'attributes',
};

/** A client of fetch receives no requests. */
const FETCH_FOREIGN_NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(FOREIGN_NAMES).filter(([, option]) => option !== 'ignore')),
  ignore: 'ignoreOutgoing',
  ignoreUrls: 'ignoreOutgoing',
};

/** A path with `*` for any characters. A text that begins otherwise matches no request. */
const pathPattern: Validator<string> = (value, context) => {
  const text = nonEmptyString(value, context);
  if (text === undefined || /^[/*]/.test(text)) return text;
  const fix = `Write '/${text}', or '*${text}' for paths that end with it.`;
  return addProblem(context, 'wrong_type', 'a path that begins with / or *', formatText(text), { fix });
};

/** Creates the validator of a pattern, a list of patterns, or a function. */
function patternsOf(what: string, textPattern: Validator<string> = nonEmptyString): Validator<never> {
  const expected = `${what} with * for any characters, a regular expression, a list of these, or a function`;
  const pattern: Validator<string | RegExp> = (value, context) => {
    if (value instanceof RegExp) return value;
    if (typeof value === 'string') return textPattern(value, context);
    return addProblem(context, 'wrong_type', expected, describeValue(value));
  };
  const list = listOf(pattern, expected);
  return (value, context) => {
    if (typeof value === 'function') return value as never;
    return (Array.isArray(value) ? list(value, context) : pattern(value, context)) as never;
  };
}

const headerName: Validator<string> = (value, context) => {
  if (typeof value === 'string' && HEADER_NAME.test(value)) return value;
  const received = typeof value === 'string' ? formatText(value) : describeValue(value);
  return addProblem(context, 'wrong_type', 'the name of a header', received);
};

const headerNames = listOf(headerName, 'a list of header names');

const clientFields: FieldValidators<Omit<FetchInstrumentOptions, 'attributes'>> = {
  ignoreOutgoing: patternsOf('a host, or a URL'),
  requestHeaders: headerNames,
  responseHeaders: headerNames,
};

const fetchOptions = objectWith<FetchInstrumentOptions>(
  { ...clientFields, attributes: functionValue('a function that returns attributes') },
  [],
  FETCH_FOREIGN_NAMES,
);

const httpOptions = objectWith<HttpInstrumentOptions>(
  {
    ...clientFields,
    ignore: patternsOf('a path', pathPattern),
    responseHeader: (value, context) => (typeof value === 'boolean' ? value : headerName(value, context)),
    attributes: functionValue('a function that returns attributes'),
  },
  [],
  FOREIGN_NAMES,
);

function optionsOrBoolean<T extends object>(options: Validator<T>): Validator<boolean | T> {
  return (value, context) =>
    typeof value === 'object' ? options(value, context) : booleanValue(value, context);
}

const http = optionsOrBoolean(httpOptions);
const fetch = optionsOrBoolean(fetchOptions);

/** The configuration of an instrumentation of OpenTelemetry: its own package validates the contents. */
const otherConfig: Validator<boolean | object> = (value, context) => {
  if (typeof value === 'boolean') return value;
  if (isRecord(value)) {
    if (!isInstrumentation(value)) return value;
    return addProblem(context, 'wrong_type', CONFIG_EXPECTED, describeValue(value), { fix: OBJECT_FIX });
  }
  return addProblem(context, 'wrong_type', CONFIG_EXPECTED, describeValue(value));
};

/**
 * Creates the validator of the `instrument` option. The names `undici` and `https` become `fetch` and `http`.
 *
 * @param known the instrumentations that can be named; undefined accepts any name
 */
export function createInstrumentValidator(known: readonly string[] | undefined): Validator<InstrumentOption> {
  return (value, context) => {
    if (value === false) return false;
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isInstrumentation(value)) {
      return addProblem(context, 'wrong_type', EXPECTED, describeValue(value), { fix: fixOf(value) });
    }
    const source = requireObject(value, context) ?? {};
    const record: Record<string, boolean | object> = {};
    for (const key of Object.keys(source)) {
      const entryContext = createChildContext(context, key);
      const entry = validateSafely(() => {
        const given = source[key];
        const name = instrumentationName(key, known, entryContext);
        if (name === undefined || given === undefined) return undefined;
        const validator =
          getOwn<Validator<boolean | object>>({ auto: booleanValue, http, fetch }, name) ?? otherConfig;
        return [name, validator(given, entryContext)] as const;
      }, entryContext);
      if (entry?.[1] !== undefined) setOwn(record, entry[0], entry[1]);
    }
    return record as InstrumentRecord;
  };
}

/** The `instrumentations` option. */
export const instrumentationsValidator: Validator<readonly Instrumentation[]> = (value, context) => {
  const expected = "a list of OpenTelemetry's instrumentation objects";
  const entry: Validator<Instrumentation> = (each, entryContext) => {
    if (typeof each === 'object' && each !== null && isInstrumentation(each)) return each;
    const name = typeof each === 'string' ? each : 'pg';
    const isName = typeof each === 'string';
    return addProblem(
      entryContext,
      'wrong_type',
      "one of OpenTelemetry's instrumentation objects",
      describeValue(each),
      {
        fix: isName
          ? `Names go into \`instrument\`: { ${toKey(name)}: true }.`
          : typeof each === 'function'
            ? 'Create an object of the class, with new.'
            : undefined,
      },
    );
  };
  // Lists in the list are flattened, because OpenTelemetry's bundles are lists.
  return listOf(entry, expected)(Array.isArray(value) ? (value as unknown[]).flat() : value, context);
};

/** Normalizes the names of our own instrumentations. */
export function normalizeInstrumentationName(name: string): string {
  const key = name.trim().toLowerCase();
  return (
    getOwn(OWN_ALIASES, key) ?? (key === 'auto' || key === 'http' || key === 'fetch' ? key : name.trim())
  );
}

function instrumentationName(
  name: string,
  known: readonly string[] | undefined,
  context: ValidationContext,
): string | undefined {
  const key = name.trim().toLowerCase();
  // The name of a package is resolved when the instrumentation is loaded.
  const isPackage = /^@?[\w.-]+\/./.test(key);
  const normalized = normalizeInstrumentationName(name);
  if (known === undefined || key === 'auto' || known.includes(key) || isPackage) return normalized;
  const suggestion = suggest(key, known);
  const expected = suggestion === undefined ? NAME_EXPECTED : "an instrumentation's name";
  return addProblem(context, 'unknown_instrumentation', expected, formatText(name), { suggestion });
}

function isInstrumentation(value: object): value is Instrumentation {
  return hasMethods(value, ['enable', 'disable', 'setTracerProvider']);
}

function fixOf(value: unknown): string | undefined {
  if (value === true) return 'Write { auto: true } for all that are installed.';
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return OBJECT_FIX;
  const names = (Array.isArray(value) ? value : [value]).filter(
    (each): each is string => typeof each === 'string' && each.trim() !== '' && each.length < 60,
  );
  const record = names.map(name => `${toKey(normalizeInstrumentationName(name))}: true`).join(', ');
  const byName = names.length === 0 ? [] : [`Write { ${record} }.`];
  const hasObject = Array.isArray(value) && value.some(each => typeof each === 'object' && each !== null);
  const fixes = [...byName, ...(hasObject ? [OBJECT_FIX] : [])];
  return fixes.length === 0 ? undefined : fixes.join(' ');
}

function toKey(name: string): string {
  return /^[\w$]+$/.test(name) ? name : `'${name}'`;
}

/** Sets a property, also one that is named `__proto__`. */
function setOwn(record: object, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });
}
