// Validates the options that take live objects: exporters, processors, the logger. They are recognised by
// their methods, not by their class, because users bring their own copies of OpenTelemetry.

import type { PartialLogger } from '../core/diagnostics.js';
import { EXPORTER_ALIASES, EXPORTER_NAMES } from '../core/known-names.js';
import {
  addProblem,
  createChildContext,
  describeValue,
  formatAlternatives,
  listOf,
  oneOf,
  validateSafely,
  type Validator,
} from '../core/validators.js';
import type { Exporter } from '../exporters/exporter.js';
import type { SpanExporter } from '../core/sdk-types.js';
import type { ExporterOption, ProcessorOption } from './options.js';

const EXPORTER_EXPECTED = `${formatAlternatives(EXPORTER_NAMES)}, an exporter, an OpenTelemetry span exporter, or a list of these`;
const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

const exporterName = oneOf(EXPORTER_NAMES, 'unknown_exporter', EXPORTER_ALIASES);

const exporter: Validator<ExporterOption> = (value, context) => {
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
  if (hasMethods(value, ['start'])) {
    const { name } = value as { readonly name?: unknown };
    if (typeof name === 'string') return value as Exporter;
    return addProblem(createChildContext(context, 'name'), 'wrong_type', 'a string', describeValue(name));
  }
  if (hasMethods(value, ['export'])) return value as SpanExporter;
  return addProblem(context, 'wrong_type', EXPORTER_EXPECTED, describeValue(value), {
    fix: hasMethods(value, ['onStart', 'onEnd']) ? 'Span processors go into `processors`.' : undefined,
  });
};

const exporterList = listOf(exporter, EXPORTER_EXPECTED);

/** The `exporter` option: one exporter or a list. */
export const exportersValidator: Validator<ExporterOption | readonly ExporterOption[]> = (value, context) =>
  Array.isArray(value) ? exporterList(value, context) : exporter(value, context);

const PROCESSOR_EXPECTED = 'an OpenTelemetry span processor or exporter';

/** The `processors` option. */
export const processorsValidator: Validator<readonly ProcessorOption[]> = listOf<ProcessorOption>(
  (value, context) => {
    if (typeof value === 'object' && value !== null) {
      if (hasMethods(value, ['onStart', 'onEnd']) || hasMethods(value, ['export'])) {
        return value as ProcessorOption;
      }
      if (hasMethods(value, ['start'])) {
        const fix = 'Exporters of this package go into `exporter`.';
        return addProblem(context, 'wrong_type', PROCESSOR_EXPECTED, describeValue(value), { fix });
      }
    }
    return addProblem(context, 'wrong_type', PROCESSOR_EXPECTED, describeValue(value));
  },
  'a list of OpenTelemetry span processors or exporters',
);

/** The `logger` option. */
export const loggerValidator: Validator<PartialLogger> = (value, context) => {
  const expected = 'an object with any of the methods error, warn, info and debug';
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    return addProblem(context, 'wrong_type', expected, describeValue(value));
  }
  let methods = 0;
  let isValid = true;
  for (const level of LEVELS) {
    const method = (value as Readonly<Record<string, unknown>>)[level];
    if (typeof method === 'function') methods++;
    if (typeof method === 'function' || method === undefined) continue;
    isValid = false;
    const methodContext = createChildContext(context, level);
    validateSafely(
      () => addProblem(methodContext, 'wrong_type', 'a function that takes a message', describeValue(method)),
      methodContext,
    );
  }
  if (!isValid) return undefined;
  return methods > 0
    ? (value as PartialLogger)
    : addProblem(context, 'wrong_type', expected, describeValue(value));
};

/** Creates the validator of a function. */
export function functionValue(expected: string): Validator<never> {
  return (value, context) =>
    typeof value === 'function'
      ? (value as never)
      : addProblem(context, 'wrong_type', expected, describeValue(value));
}

/** Whether a value has these methods. */
export function hasMethods(value: object, names: readonly string[]): boolean {
  return names.every(name => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
}
