// Reads the environment into the form of the options. A variable that cannot be read becomes a problem, and the next source
// (a general variable or the default) applies. Names and rules follow OpenTelemetry's specification of variables,
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/

import type { Level } from '../core/diagnostics.js';
import type { OptionProblem } from '../core/errors.js';
import { formatText } from '../core/format-value.js';
import {
  EXPORTER_ALIASES,
  EXPORTER_NAMES,
  type ExporterName,
  getOwn,
  PROPAGATOR_ALIASES,
  PROPAGATOR_NAMES,
  type PropagatorName,
} from '../core/known-names.js';
import { suggest } from '../core/suggest.js';
import { formatAlternatives, type NumberRange } from '../core/validators.js';
import { BYTES_PER_SPAN } from '../delivery/options.js';
import type { DeliveryOptions } from '../exporters/exporter.js';
import type { InstrumentRecord } from '../instrument/types.js';
import { createEnvReader, type Env, type EnvListVariable, type EnvReader } from './env-reader.js';
import { findMisspeltVariables, findRenamedVariables } from './env-typos.js';
import { type DetectorName, readDetectors } from './environment-detectors.js';
import { readInstrument } from './environment-instrument.js';
import { type EnvironmentOtlp, readOtlp } from './environment-otlp.js';
import { type EnvironmentSample, readSample } from './environment-sample.js';
import { omitUndefined } from '../core/omit-undefined.js';
import type { LimitsOptions } from './options.js';
import { readResourceAttributes } from './resource-attributes.js';
import { MILLISECONDS_RANGE } from '../delivery/validate-options.js';
import { LIMIT_RANGE } from './validate-limits.js';

/** The options of the environment. An option without a variable is absent. */
export interface EnvironmentOptions {
  /** `OTEL_SERVICE_NAME`. */
  readonly serviceName?: string;
  /** `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** `DO_TRACE_EXPORTER`, else `OTEL_TRACES_EXPORTER`. */
  readonly exporters?: readonly ExporterName[];
  readonly otlp: EnvironmentOtlp;
  /** `DO_TRACE_SAMPLE`, else `OTEL_TRACES_SAMPLER`. */
  readonly sample?: EnvironmentSample;
  /** `OTEL_PROPAGATORS`. */
  readonly propagate?: readonly PropagatorName[];
  /** `DO_TRACE_INSTRUMENT` and `OTEL_NODE_*_INSTRUMENTATIONS`, for the merge over the defaults. */
  readonly instrument?: InstrumentRecord;
  /** `OTEL_NODE_RESOURCE_DETECTORS`. */
  readonly detectors?: readonly DetectorName[];
  readonly limits: LimitsOptions;
  /** `OTEL_BSP_*`. */
  readonly delivery: DeliveryOptions;
  /** `OTEL_SDK_DISABLED`. */
  readonly disabled?: boolean;
  /** `OTEL_LOG_LEVEL`. */
  readonly logLevel?: Level | 'none';
  readonly problems: readonly OptionProblem[];
}

const COUNT_RANGE: NumberRange = { min: 1, max: 1e9, isInteger: true, expected: 'a whole number, 1 or more' };

/** Variables that the exporters read, or that are read only beside another variable. */
const NAMES_READ_ELSEWHERE = [
  'DO_TRACE_FILE',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_EXPORTER_PROMETHEUS_HOST',
  'OTEL_EXPORTER_PROMETHEUS_PORT',
];

const LOG_LEVELS: Readonly<Record<string, Level | 'none'>> = {
  none: 'none',
  error: 'error',
  warn: 'warn',
  info: 'info',
  debug: 'debug',
  verbose: 'debug',
  all: 'debug',
};

/**
 * Reads the environment. Never throws.
 *
 * @param env the environment, usually `process.env`
 * @param readFile reads a certificate file as text; may throw
 */
export function readEnvironment(env: Env, readFile: (path: string) => string): EnvironmentOptions {
  const reader = createEnvReader(env);
  const configFile = reader.string('OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE');
  if (configFile !== undefined) {
    const expected = 'options of init() or the other OTEL_ variables';
    const fix = 'The file is not read. The other variables are in use.';
    reader.addProblem('unsupported_variable', configFile, expected, { fix });
  }
  const options = {
    ...omitUndefined({
      serviceName: reader.string('OTEL_SERVICE_NAME')?.value,
      exporters: readExporters(reader),
      sample: readSample(reader),
      propagate: readPropagators(reader),
      instrument: readInstrument(reader),
      detectors: readDetectors(reader),
      disabled: reader.choice({ true: true, false: false }, 'OTEL_SDK_DISABLED'),
      logLevel: reader.choice(LOG_LEVELS, 'OTEL_LOG_LEVEL'),
    }),
    attributes: readResourceAttributes(reader),
    otlp: readOtlp(reader, readFile),
    limits: readLimits(reader),
    delivery: readDelivery(reader),
  };
  // Last, because the names are complete only after all reads above.
  const known = new Set([...reader.requestedNames, ...NAMES_READ_ELSEWHERE]);
  return {
    ...options,
    problems: [...reader.problems, ...findRenamedVariables(env), ...findMisspeltVariables(env, known)],
  };
}

function readExporters(reader: EnvReader): readonly ExporterName[] | undefined {
  const variable = reader.list('DO_TRACE_EXPORTER', 'OTEL_TRACES_EXPORTER');
  if (variable === undefined) return undefined;
  return readNames(reader, variable, EXPORTER_NAMES, EXPORTER_ALIASES, 'unknown_exporter');
}

function readPropagators(reader: EnvReader): readonly PropagatorName[] | undefined {
  const variable = reader.list('OTEL_PROPAGATORS');
  if (variable === undefined) return undefined;
  return readNames(reader, variable, PROPAGATOR_NAMES, PROPAGATOR_ALIASES, 'unknown_propagator');
}

/** Returns the known names, each once. `none` is an empty list. Without a known name the result is undefined. */
function readNames<T extends string>(
  reader: EnvReader,
  { name, entries }: EnvListVariable,
  known: readonly T[],
  aliases: Readonly<Record<string, T>>,
  code: 'unknown_exporter' | 'unknown_propagator',
): readonly T[] | undefined {
  if (entries.length === 0) return undefined;
  if (entries.some(entry => entry.toLowerCase() === 'none')) {
    if (entries.length > 1) {
      const variable = { name, value: entries.join(',') };
      const fix = 'The value none takes precedence.';
      reader.addProblem('malformed_variable', variable, 'none, or names without none', { fix });
    }
    return [];
  }
  const names = new Set<T>();
  for (const entry of entries) {
    const key = entry.toLowerCase();
    const match = known.find(candidate => candidate.toLowerCase() === key) ?? getOwn(aliases, key);
    if (match === undefined) {
      reader.addProblem(code, { name, value: entry }, formatAlternatives([...known, 'none']), {
        received: formatText(entry),
        suggestion: suggest(entry, [...known, ...Object.keys(aliases)]),
        fix: 'This name is left out.',
      });
    } else {
      names.add(match);
    }
  }
  return names.size === 0 ? undefined : [...names];
}

/** Reads the span limits. The general limits apply if the span limits are not set. */
function readLimits(reader: EnvReader): LimitsOptions {
  const limit = (...names: readonly string[]): number | undefined => reader.number(LIMIT_RANGE, ...names);
  return omitUndefined({
    attributeValueLengthLimit: limit(
      'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
      'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    ),
    attributeCountLimit: limit('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'),
    eventCountLimit: limit('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: limit('OTEL_SPAN_LINK_COUNT_LIMIT'),
    // The second names are older than the specification. OpenTelemetry JS reads them.
    attributePerEventCountLimit: limit(
      'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT',
      'OTEL_ATTRIBUTE_COUNT_LIMIT',
    ),
    attributePerLinkCountLimit: limit(
      'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT',
      'OTEL_ATTRIBUTE_COUNT_LIMIT',
    ),
  });
}

/** Reads the variables of the batch processor. Its counts of spans are converted into bytes. */
function readDelivery(reader: EnvReader): DeliveryOptions {
  const bytesOfSpans = (name: string): number | undefined => {
    const count = reader.number(COUNT_RANGE, name);
    return count === undefined ? undefined : count * BYTES_PER_SPAN;
  };
  return omitUndefined({
    intervalMs: reader.number(MILLISECONDS_RANGE, 'OTEL_BSP_SCHEDULE_DELAY'),
    requestTimeoutMs: reader.number(MILLISECONDS_RANGE, 'OTEL_BSP_EXPORT_TIMEOUT'),
    maxQueueBytes: bytesOfSpans('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxChunkBytes: bytesOfSpans('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
  });
}
