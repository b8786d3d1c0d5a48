// Resolves the configuration from options, environment variables and defaults, in this order of precedence.

import type { OptionProblem } from '../core/errors.js';
import { type ResolvedDelivery, resolveDelivery } from '../delivery/options.js';
import { completeLogger } from './complete-logger.js';
import { DEFAULTS } from './defaults.js';
import type { Env } from './env-reader.js';
import { type EnvironmentOptions, readEnvironment } from './environment.js';
import { addDatadogTags, hasDatadogExporter } from './environment-datadog.js';
import { omitUndefined } from '../core/omit-undefined.js';
import type { InstrumentOption } from '../instrument/types.js';
import type { InitOptions, LogLevel } from './options.js';
import type { PackageSearch } from './package-json.js';
import { resolveSample } from './presets.js';
import { findServiceConflicts, resolveAttributes, resolveService } from './resolve-service.js';
import type { ResolvedConfig, ResolvedOtlp, ResolvedPropagate } from './resolved.js';
import { validateInitOptions } from './validate-init-options.js';

/** The host process, as far as the configuration depends on it. */
export interface ConfigHost extends PackageSearch {
  /** The environment, usually `process.env`. */
  readonly env: Env;
  /** The instrumentations that can be named. Undefined accepts any name. */
  readonly knownInstrumentations?: readonly string[];
}

/** The result of `resolveConfig`. */
export interface Resolution {
  readonly config: ResolvedConfig;
  /** A clean copy of the options of `init()`. */
  readonly given: InitOptions;
  /** The options that another one replaces, and the problems of environment variables. */
  readonly warnings: readonly OptionProblem[];
}

/**
 * Resolves the configuration.
 *
 * @param options the options of `init()`
 * @param host environment, working directory and files
 * @throws TraceError that lists every mistake in the options; mistakes in the environment are warnings
 */
export function resolveConfig(options: InitOptions | undefined, host: ConfigHost): Resolution {
  const given = validateInitOptions(options, { knownInstrumentations: host.knownInstrumentations });
  const environment = readEnvironment(host.env, host.readFile);
  const exporters =
    given.exporter === undefined ? (environment.exporters ?? DEFAULTS.exporters) : toList(given.exporter);
  const env = hasDatadogExporter(exporters) ? addDatadogTags(environment, host.env) : environment;
  const service = resolveService(given, env, host);
  const compression = omitUndefined({ compression: env.otlp.compression });
  const delivery = resolveDelivery({
    ...compression,
    ...env.delivery,
    ...omitUndefined(given.delivery ?? {}),
  });
  const config: ResolvedConfig = {
    service,
    attributes: resolveAttributes(given, env, service),
    exporters,
    otlp: resolveOtlp(given, env, delivery),
    sample: resolveSample(given.sample, env.sample),
    propagate: resolvePropagate(given.propagate, env.propagate),
    instrument: resolveInstrument(given.instrument, env.instrument),
    instrumentations: [...new Set(given.instrumentations ?? [])],
    detectors: given.resource?.detectors ?? [],
    ...omitUndefined({ detectorNames: env.detectors }),
    baggageAttributes: [...new Set(given.baggageAttributes ?? DEFAULTS.baggageAttributes)],
    redact: given.redact === false ? false : { ...DEFAULTS.redact, ...omitUndefined(given.redact ?? {}) },
    limits: {
      ...DEFAULTS.limits,
      ...omitUndefined(env.limits),
      ...omitUndefined(given.limits ?? {}),
    },
    delivery,
    processors: given.processors ?? DEFAULTS.processors,
    exitHandlers: given.exitHandlers ?? DEFAULTS.exitHandlers,
    ...(given.onSpanEnd === undefined ? {} : { onSpanEnd: given.onSpanEnd }),
    ...(given.isError === undefined ? {} : { isError: given.isError }),
    ...(given.logger === undefined ? {} : { logger: completeLogger(given.logger) }),
    logLevel: resolveLogLevel(given.logLevel) ?? env.logLevel ?? DEFAULTS.logLevel,
    disabled: given.enabled === undefined ? (env.disabled ?? DEFAULTS.disabled) : !given.enabled,
  };
  const used = env.problems.filter(({ path }) => isVariableUsed(path, config.exporters));
  const warnings = [...findServiceConflicts(given), ...used];
  return { config: freezeConfig(config), given, warnings };
}

/** The exporters that read the variables of OTLP. */
const OTLP_VARIABLE_READERS = ['otlp', 'jaeger'];

/**
 * Whether an exporter uses the variable. The variables of OTLP apply to few exporters, and its endpoint only to an exporter
 * that has none in code.
 */
function isVariableUsed(variable: string, exporters: ResolvedConfig['exporters']): boolean {
  if (!variable.startsWith('OTEL_EXPORTER_OTLP_')) return true;
  const isEndpoint = variable.endsWith('ENDPOINT');
  return exporters.some(exporter => {
    if (typeof exporter === 'string') return OTLP_VARIABLE_READERS.includes(exporter);
    if ('export' in exporter) return false;
    try {
      const hasEndpoint = (exporter.endpoint ?? '') !== '';
      return OTLP_VARIABLE_READERS.includes(exporter.name) && !(isEndpoint && hasEndpoint);
    } catch {
      // The getter of a user's exporter threw. An unneeded warning does less harm than a missing one.
      return true;
    }
  });
}

function resolveOtlp(given: InitOptions, env: EnvironmentOptions, delivery: ResolvedDelivery): ResolvedOtlp {
  const { otlp } = env;
  return {
    endpoint: otlp.endpoint ?? DEFAULTS.otlp.endpoint,
    headers: otlp.headers ?? {},
    protocol: otlp.protocol ?? DEFAULTS.otlp.protocol,
    compression: delivery.compression,
    // OTEL_EXPORTER_OTLP_TIMEOUT applies to this exporter, OTEL_BSP_EXPORT_TIMEOUT to all.
    requestTimeoutMs: given.delivery?.requestTimeoutMs ?? otlp.requestTimeoutMs ?? delivery.requestTimeoutMs,
    tls: otlp.tls ?? {},
  };
}

function resolvePropagate(
  given: InitOptions['propagate'] = {},
  environment: EnvironmentOptions['propagate'],
): ResolvedPropagate {
  const { formats = environment ?? DEFAULTS.propagate.formats, ...rules } = given;
  return { ...omitUndefined(rules), formats: [...new Set(toList(formats))] };
}

/** Merges the option over the environment, and that over the defaults. */
function resolveInstrument(
  given: InitOptions['instrument'],
  environment: EnvironmentOptions['instrument'],
): InstrumentOption {
  if (given === false) return false;
  return { ...DEFAULTS.instrument, ...environment, ...given };
}

function resolveLogLevel(level: LogLevel | undefined): ResolvedConfig['logLevel'] | undefined {
  return level === 'silent' ? 'none' : level;
}

function toList<T>(option: T | readonly T[]): readonly T[] {
  return isList(option) ? option : [option];
}

function isList<T>(option: T | readonly T[]): option is readonly T[] {
  return Array.isArray(option);
}

/** Freezes the configuration, but not the objects of the user: exporters, processors, expressions, the logger. */
function freezeConfig(config: ResolvedConfig): ResolvedConfig {
  const { service, attributes, otlp, limits, delivery, baggageAttributes } = config;
  freezeData([service, attributes, otlp, limits, delivery, baggageAttributes]);
  const { exporters, sample, propagate, instrument, instrumentations, processors, redact } = config;
  for (const list of [exporters, propagate, instrument, instrumentations, processors]) Object.freeze(list);
  Object.freeze(propagate.formats);
  const { custom: _custom, ...settings } = sample;
  freezeData(settings);
  Object.freeze(sample);
  if (redact !== false) for (const part of [redact.keys, redact.patterns, redact]) Object.freeze(part);
  return Object.freeze(config);
}

function freezeData(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeData(part);
}
