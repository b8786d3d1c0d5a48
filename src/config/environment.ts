// The environment, read into the same shape as the options. A variable that cannot be read becomes a problem,
// and the next in line (the default) is used. Names and rules: OpenTelemetry's environment variable specification,
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/

import { BYTES_PER_SPAN } from '../delivery/defaults.js';
import type { Level } from '../core/diagnostics.js';
import type { Problem } from '../core/errors.js';
import { suggest } from '../core/suggest.js';
import {
  EXPORTER_ALIASES,
  EXPORTER_NAMES,
  type ExporterName,
  own,
  PROPAGATOR_ALIASES,
  PROPAGATOR_NAMES,
  type PropagatorName,
} from '../core/known-names.js';
import { formatText } from '../core/format-value.js';
import type { DeliveryOptions } from '../exporters/exporter.js';
import { LIMIT, MILLISECONDS } from './check-delivery.js';
import { defined } from './defined.js';
import { createEnvReader, type Env, type EnvReader } from './env-reader.js';
import { type EnvironmentOtlp, readOtlp } from './environment-otlp.js';
import { type EnvironmentSample, readSample } from './environment-sample.js';
import type { LimitsOptions } from './options.js';
import { orList } from './validators.js';
import { readResourceAttributes } from './resource-attributes.js';
import { slipsIn } from './env-typos.js';

/** What the environment says; what is not set is not there. */
export interface EnvironmentOptions {
  /** `OTEL_SERVICE_NAME`. */
  readonly serviceName?: string;
  /** `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** `TRACE_EXPORTER`, else `OTEL_TRACES_EXPORTER`. */
  readonly exporters?: readonly ExporterName[];
  readonly otlp: EnvironmentOtlp;
  /** `TRACE_SAMPLE`, else `OTEL_TRACES_SAMPLER`. */
  readonly sample?: EnvironmentSample;
  /** `OTEL_PROPAGATORS`. */
  readonly propagate?: readonly PropagatorName[];
  readonly limits: LimitsOptions;
  /** `OTEL_BSP_*`. */
  readonly delivery: DeliveryOptions;
  /** `OTEL_SDK_DISABLED`. */
  readonly disabled?: boolean;
  /** `OTEL_LOG_LEVEL`. */
  readonly logLevel?: Level | 'none';
  readonly problems: readonly Problem[];
}

const COUNT = { min: 1, max: 1e9, integer: true, expected: 'a whole number, 1 or more' };

/** Read by the exporters themselves, or where another one is set. */
const ELSEWHERE = [
  'TRACE_FILE',
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
 * @param readFile reads a certificate's file as text; may throw
 */
export function readEnvironment(env: Env, readFile: (path: string) => string): EnvironmentOptions {
  const reader = createEnvReader(env);
  const configFile = reader.text('OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE');
  if (configFile !== undefined) {
    reader.refuse(
      'unsupported_variable',
      configFile,
      'options given to init() or the other OTEL_ variables',
      {
        fix: 'The file is not read; the other variables are.',
      },
    );
  }
  const read = {
    ...defined({
      serviceName: reader.text('OTEL_SERVICE_NAME')?.value,
      exporters: readExporters(reader),
      sample: readSample(reader),
      propagate: readPropagators(reader),
      disabled: reader.choice({ true: true, false: false }, 'OTEL_SDK_DISABLED'),
      logLevel: reader.choice(LOG_LEVELS, 'OTEL_LOG_LEVEL'),
    }),
    attributes: readResourceAttributes(reader),
    otlp: readOtlp(reader, readFile),
    limits: readLimits(reader),
    delivery: readDelivery(reader),
  };
  // Last: by then all names that are known have been asked for.
  return {
    ...read,
    problems: [...reader.problems, ...slipsIn(env, new Set([...reader.asked, ...ELSEWHERE]))],
  };
}

function readExporters(reader: EnvReader): readonly ExporterName[] | undefined {
  const written = reader.list('TRACE_EXPORTER', 'OTEL_TRACES_EXPORTER');
  if (written === undefined) return undefined;
  return readNames(reader, written, EXPORTER_NAMES, EXPORTER_ALIASES, 'unknown_exporter');
}

function readPropagators(reader: EnvReader): readonly PropagatorName[] | undefined {
  const written = reader.list('OTEL_PROPAGATORS');
  if (written === undefined) return undefined;
  return readNames(reader, written, PROPAGATOR_NAMES, PROPAGATOR_ALIASES, 'unknown_propagator');
}

/** The names that are known, each once; `none` is an empty list; undefined where no name was known. */
function readNames<T extends string>(
  reader: EnvReader,
  written: { readonly name: string; readonly entries: readonly string[] },
  known: readonly T[],
  aliases: Readonly<Record<string, T>>,
  code: 'unknown_exporter' | 'unknown_propagator',
): readonly T[] | undefined {
  const { name, entries } = written;
  if (entries.length === 0) return undefined;
  if (entries.some(entry => entry.toLowerCase() === 'none')) {
    if (entries.length > 1) {
      const fix = 'none wins.';
      reader.refuse('malformed_variable', { name, value: entries.join(',') }, 'none, or names without none', {
        fix,
      });
    }
    return [];
  }
  const found = new Set<T>();
  for (const entry of entries) {
    const key = entry.toLowerCase();
    const match = known.find(candidate => candidate.toLowerCase() === key) ?? own(aliases, key);
    if (match === undefined) {
      reader.refuse(code, { name, value: entry }, `${orList([...known, 'none'])}`, {
        received: formatText(entry),
        suggestion: suggest(entry, [...known, ...Object.keys(aliases)]),
        fix: 'This name is left out.',
      });
    } else {
      found.add(match);
    }
  }
  return found.size === 0 ? undefined : [...found];
}

/** Span limits, then the general ones that stand behind them. */
function readLimits(reader: EnvReader): LimitsOptions {
  const limit = (...names: readonly string[]): number | undefined => reader.number(LIMIT, ...names);
  return defined({
    attributeValueLengthLimit: limit(
      'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
      'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    ),
    attributeCountLimit: limit('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'),
    eventCountLimit: limit('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: limit('OTEL_SPAN_LINK_COUNT_LIMIT'),
    // The second name of each is what OpenTelemetry JS reads, older than the specification's.
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

/** The batch processor's variables; its counts of spans become bytes. */
function readDelivery(reader: EnvReader): DeliveryOptions {
  const spans = (name: string): number | undefined => {
    const count = reader.number(COUNT, name);
    return count === undefined ? undefined : count * BYTES_PER_SPAN;
  };
  return defined({
    intervalMs: reader.number(MILLISECONDS, 'OTEL_BSP_SCHEDULE_DELAY'),
    timeoutMs: reader.number(MILLISECONDS, 'OTEL_BSP_EXPORT_TIMEOUT'),
    maxQueueBytes: spans('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxChunkBytes: spans('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
  });
}
