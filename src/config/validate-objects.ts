// Validates the options that take live objects: exporters, instrumentations, processors, the logger. They are recognised by
// their methods, not by their class, because an application may have another copy of OpenTelemetry.

import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Logger } from '../core/diagnostics.js';
import { formatText } from '../core/format-value.js';
import { EXPORTER_ALIASES, EXPORTER_NAMES, type ExporterName, getOwn } from '../core/known-names.js';
import { suggest } from '../core/suggest.js';
import {
  addProblem,
  createChildContext,
  describeValue,
  formatAlternatives,
  listOf,
  oneOf,
  type ValidationContext,
  type Validator,
} from '../core/validators.js';
import type { Exporter } from '../exporters/exporter.js';
import type { InstrumentationOption, ProcessorOption } from './options.js';

const EXPORTER_EXPECTED = `${formatAlternatives(EXPORTER_NAMES)}, an exporter, or a list of these`;
const INSTRUMENT_EXPECTED = 'true, false, names, or OpenTelemetry instrumentations';
// A few names show the form. The full list of sixty would hide it.
const NAME_EXPECTED =
  "'auto', 'http', 'fetch', a name such as 'express', 'pg' or 'redis', or an instrumentation's package";
const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

const exporterName = oneOf(EXPORTER_NAMES, 'unknown_exporter', EXPORTER_ALIASES);

const exporter: Validator<ExporterName | Exporter> = (value, context) => {
  if (value === 'none') {
    const fix = 'Write [] to send nowhere.';
    return addProblem(context, 'unknown_exporter', EXPORTER_EXPECTED, "'none'", { fix });
  }
  if (typeof value === 'string') return exporterName(value, context);
  if (typeof value === 'function') {
    const fix = 'Call it: otlp(), not otlp.';
    return addProblem(context, 'wrong_type', EXPORTER_EXPECTED, 'a function', { fix });
  }
  if (typeof value !== 'object' || value === null) {
    return addProblem(context, 'wrong_type', EXPORTER_EXPECTED, describeValue(value));
  }
  if (hasMethods(value, ['processor', 'check'])) {
    const { name } = value as { readonly name?: unknown };
    if (typeof name === 'string') return value as Exporter;
    return addProblem(createChildContext(context, 'name'), 'wrong_type', 'a string', describeValue(name));
  }
  const isOpenTelemetry = hasMethods(value, ['export']) || hasMethods(value, ['onStart', 'onEnd']);
  return addProblem(context, 'wrong_type', EXPORTER_EXPECTED, describeValue(value), {
    fix: isOpenTelemetry ? "OpenTelemetry's own exporters and processors go into `processors`." : undefined,
  });
};

const exporterList = listOf(exporter, EXPORTER_EXPECTED);

/** The `exporter` option: one exporter or a list. */
export const exportersValidator: Validator<ExporterName | Exporter | readonly (ExporterName | Exporter)[]> = (
  value,
  context,
) => (Array.isArray(value) ? exporterList(value, context) : exporter(value, context));

/**
 * Creates the validator of the `instrument` option.
 *
 * @param known the instrumentations that can be named; undefined accepts any name
 */
export function createInstrumentValidator(
  known: readonly string[] | undefined,
): Validator<boolean | InstrumentationOption | readonly InstrumentationOption[]> {
  const single: Validator<string | Instrumentation> = (value, context) => {
    if (typeof value === 'string') return instrumentationName(value, known, context);
    if (typeof value === 'object' && value !== null && hasMethods(value, ['enable', 'setTracerProvider'])) {
      return value as Instrumentation;
    }
    return addProblem(context, 'wrong_type', INSTRUMENT_EXPECTED, describeValue(value));
  };
  const innerList = listOf(single, INSTRUMENT_EXPECTED);
  // Nested, because OpenTelemetry's bundles are lists, and users put them beside names.
  const outerList = listOf<InstrumentationOption>(
    (value, context) =>
      Array.isArray(value)
        ? (innerList(value, context) as readonly Instrumentation[] | undefined)
        : single(value, context),
    INSTRUMENT_EXPECTED,
  );
  return (value, context) => {
    if (typeof value === 'boolean') return value;
    return Array.isArray(value) ? outerList(value, context) : single(value, context);
  };
}

const PROCESSOR_EXPECTED = 'an OpenTelemetry span processor or exporter';

/** The `processors` option. */
export const processorsValidator: Validator<readonly ProcessorOption[]> = listOf<ProcessorOption>(
  (value, context) => {
    if (typeof value === 'object' && value !== null) {
      if (hasMethods(value, ['onStart', 'onEnd']) || hasMethods(value, ['export'])) {
        return value as ProcessorOption;
      }
      if (hasMethods(value, ['processor', 'check'])) {
        const fix = 'Exporters of this package go into `exporter`.';
        return addProblem(context, 'wrong_type', PROCESSOR_EXPECTED, describeValue(value), { fix });
      }
    }
    return addProblem(context, 'wrong_type', PROCESSOR_EXPECTED, describeValue(value));
  },
  'a list of OpenTelemetry span processors or exporters',
);

/** The `logger` option. */
export const loggerValidator: Validator<Logger> = (value, context) => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    const expected = 'an object with error, warn, info and debug';
    return addProblem(context, 'wrong_type', expected, describeValue(value));
  }
  let isComplete = true;
  for (const level of LEVELS) {
    const method = (value as Readonly<Record<string, unknown>>)[level];
    if (typeof method === 'function') continue;
    isComplete = false;
    const expected = 'a function that takes a message';
    addProblem(createChildContext(context, level), 'wrong_type', expected, describeValue(method));
  }
  return isComplete ? (value as Logger) : undefined;
};

function instrumentationName(
  name: string,
  known: readonly string[] | undefined,
  context: ValidationContext,
): string | undefined {
  const key = name.trim().toLowerCase();
  // The name of a package is resolved when the instrumentation is loaded.
  const isPackage = /^@?[\w.-]+\/./.test(key);
  if (known === undefined || key === 'auto' || known.includes(key) || isPackage) return name;
  const suggestion = getOwn<string>({ undici: 'fetch', https: 'http' }, key) ?? suggest(key, known);
  const expected = suggestion === undefined ? NAME_EXPECTED : "an instrumentation's name";
  return addProblem(context, 'unknown_instrumentation', expected, formatText(name), { suggestion });
}

function hasMethods(value: object, names: readonly string[]): boolean {
  return names.every(name => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
}
