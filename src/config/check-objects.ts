// The options that take live objects: exporters, instrumentations, processors, the logger.
// They are recognised by their methods, never by class: users bring their own copies of OpenTelemetry.

import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Logger } from '../core/diagnostics.js';
import { suggest } from '../core/suggest.js';
import { EXPORTER_ALIASES, EXPORTER_NAMES, type ExporterName, own } from '../core/known-names.js';
import { formatText } from '../core/format-value.js';
import type { Exporter } from '../exporters/exporter.js';
import type { InstrumentationOption, ProcessorOption } from './options.js';
import { type At, described, list, oneOf, orList, type Reader, refuse, under } from './validators.js';

const EXPORTER_EXPECTED = `${orList(EXPORTER_NAMES)}, an exporter, or a list of these`;
const INSTRUMENT_EXPECTED = 'true, false, names, or OpenTelemetry instrumentations';
// Sixty names are no help; a few show what a name looks like.
const NAME_EXPECTED =
  "'auto', 'http', 'fetch', a name such as 'express', 'pg' or 'redis', or an instrumentation's package";
const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

const exporterName = oneOf(EXPORTER_NAMES, 'unknown_exporter', EXPORTER_ALIASES);

const exporter: Reader<ExporterName | Exporter> = (value, at) => {
  if (value === 'none') {
    return refuse(at, 'unknown_exporter', EXPORTER_EXPECTED, "'none'", { fix: 'Write [] to send nowhere.' });
  }
  if (typeof value === 'string') return exporterName(value, at);
  if (typeof value === 'function') {
    return refuse(at, 'wrong_type', EXPORTER_EXPECTED, 'a function', { fix: 'Call it: otlp(), not otlp.' });
  }
  if (typeof value !== 'object' || value === null) {
    return refuse(at, 'wrong_type', EXPORTER_EXPECTED, described(value));
  }
  if (methods(value, ['processor', 'check'])) {
    const { name } = value as { readonly name?: unknown };
    if (typeof name === 'string') return value as Exporter;
    return refuse(under(at, 'name'), 'wrong_type', 'a string', described(name));
  }
  const foreign = methods(value, ['export']) || methods(value, ['onStart', 'onEnd']);
  return refuse(at, 'wrong_type', EXPORTER_EXPECTED, described(value), {
    fix: foreign ? "OpenTelemetry's own exporters and processors go into `processors`." : undefined,
  });
};

const exporterList = list(exporter, EXPORTER_EXPECTED);

/** Where spans go. */
export const exporters: Reader<ExporterName | Exporter | readonly (ExporterName | Exporter)[]> = (
  value,
  at,
) => (Array.isArray(value) ? exporterList(value, at) : exporter(value, at));

/** What is traced by itself. */
export function instrument(
  known: readonly string[] | undefined,
): Reader<boolean | InstrumentationOption | readonly InstrumentationOption[]> {
  const one: Reader<string | Instrumentation> = (value, at) => {
    if (typeof value === 'string') return instrumentationName(value, known, at);
    if (typeof value === 'object' && value !== null && methods(value, ['enable', 'setTracerProvider'])) {
      return value as Instrumentation;
    }
    return refuse(at, 'wrong_type', INSTRUMENT_EXPECTED, described(value));
  };
  const inner = list(one, INSTRUMENT_EXPECTED);
  // Nested, because OpenTelemetry's own bundles are lists and people put them beside names.
  const outer = list<InstrumentationOption>(
    (value, at) =>
      Array.isArray(value) ? (inner(value, at) as readonly Instrumentation[] | undefined) : one(value, at),
    INSTRUMENT_EXPECTED,
  );
  return (value, at) => {
    if (typeof value === 'boolean') return value;
    return Array.isArray(value) ? outer(value, at) : one(value, at);
  };
}

/** Further OpenTelemetry processors and exporters. */
export const processors: Reader<readonly ProcessorOption[]> = list<ProcessorOption>((value, at) => {
  if (typeof value === 'object' && value !== null) {
    if (methods(value, ['onStart', 'onEnd']) || methods(value, ['export'])) return value as ProcessorOption;
    if (methods(value, ['processor', 'check'])) {
      return refuse(at, 'wrong_type', 'an OpenTelemetry span processor or exporter', described(value), {
        fix: 'Exporters of this package go into `exporter`.',
      });
    }
  }
  return refuse(at, 'wrong_type', 'an OpenTelemetry span processor or exporter', described(value));
}, 'a list of OpenTelemetry span processors or exporters');

/** Where diagnostics go. */
export const logger: Reader<Logger> = (value, at) => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    return refuse(at, 'wrong_type', 'an object with error, warn, info and debug', described(value));
  }
  let complete = true;
  for (const level of LEVELS) {
    const method = (value as Readonly<Record<string, unknown>>)[level];
    if (typeof method === 'function') continue;
    complete = false;
    refuse(under(at, level), 'wrong_type', 'a function that takes a message', described(method));
  }
  return complete ? (value as Logger) : undefined;
};

function instrumentationName(name: string, known: readonly string[] | undefined, at: At): string | undefined {
  // A package's own name is left to the moment it is loaded.
  const key = name.trim().toLowerCase();
  if (known === undefined || key === 'auto' || known.includes(key) || /^@?[\w.-]+\/./.test(key)) return name;
  const suggestion = own<string>({ undici: 'fetch', https: 'http' }, key) ?? suggest(key, known);
  const expected = suggestion === undefined ? NAME_EXPECTED : "an instrumentation's name";
  return refuse(at, 'unknown_instrumentation', expected, formatText(name), { suggestion });
}

function methods(value: object, names: readonly string[]): boolean {
  return names.every(name => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
}
