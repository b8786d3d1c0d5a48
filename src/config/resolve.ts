// Options, then environment, then defaults: the one place where a configuration comes together.

import type { AttributeValue } from '@opentelemetry/api';
import type { Problem } from '../core/errors.js';
import type { SpoolOptions } from '../exporters/exporter.js';
import { checkOptions } from './check.js';
import { SPOOL_DEFAULTS } from '../delivery/defaults.js';
import { DEFAULTS, INSTRUMENT_ALL, UNKNOWN_SERVICE } from './defaults.js';
import { defined } from './defined.js';
import type { Env } from './env-reader.js';
import { usesDatadog, withDatadog } from './environment-datadog.js';
import { type EnvironmentOptions, readEnvironment } from './environment.js';
import type { InitOptions, ServiceOptions } from './options.js';
import { findPackage, type PackageIdentity, type PackageSearch } from './package-json.js';
import { resolveSample } from './presets.js';
import type { ResolvedConfig, ResolvedDelivery, ResolvedOtlp, ResolvedService } from './resolved.js';

/** What a configuration depends on beside the options. */
export interface ConfigWorld extends PackageSearch {
  /** The environment, usually `process.env`. */
  readonly env: Env;
  /** The instrumentations that can be named; without it any name is taken. */
  readonly knownInstrumentations?: readonly string[];
}

/** The configuration, and what the environment got wrong. */
export interface Resolution {
  readonly config: ResolvedConfig;
  /** One for each variable that could not be used as it stands. */
  readonly warnings: readonly Problem[];
}

/** Where the parts of `service` stand among the resource attributes; the later names are older. */
const SERVICE_ATTRIBUTES: Readonly<Record<keyof ServiceOptions, readonly [string, ...string[]]>> = {
  name: ['service.name'],
  version: ['service.version'],
  namespace: ['service.namespace'],
  environment: ['deployment.environment.name', 'deployment.environment'],
  instanceId: ['service.instance.id'],
};

/**
 * Brings options, environment and defaults together.
 *
 * @param options what was given to `init()`
 * @param world environment, working directory and files
 * @throws TraceError that lists every mistake in the options; mistakes of the environment are warnings
 */
export function resolveConfig(options: InitOptions | undefined, world: ConfigWorld): Resolution {
  const given = checkOptions(options, { knownInstrumentations: world.knownInstrumentations });
  const fromEnv = readEnvironment(world.env, world.readFile);
  const exporters =
    given.exporter === undefined ? (fromEnv.exporters ?? DEFAULTS.exporters) : asList(given.exporter);
  const env = usesDatadog(exporters) ? withDatadog(fromEnv, world.env) : fromEnv;
  const service = resolveService(given, env, world);
  const delivery = resolveDelivery(given, env);
  const config: ResolvedConfig = {
    service,
    attributes: resolveAttributes(given, env, service),
    exporters,
    otlp: resolveOtlp(given, env, delivery),
    sample: resolveSample(given.sample, env.sample),
    propagate: [...new Set(given.propagate ?? env.propagate ?? DEFAULTS.propagate)],
    instrument: resolveInstrument(given.instrument),
    baggageAttributes: [...new Set(given.baggageAttributes ?? DEFAULTS.baggageAttributes)],
    redact: given.redact === false ? false : { ...DEFAULTS.redact, ...given.redact },
    limits: { ...DEFAULTS.limits, ...env.limits, ...given.limits },
    delivery,
    processors: given.processors ?? DEFAULTS.processors,
    exitHandlers: given.exitHandlers ?? DEFAULTS.exitHandlers,
    ...(given.logger === undefined ? {} : { logger: given.logger }),
    logLevel: env.logLevel ?? DEFAULTS.logLevel,
    disabled: env.disabled ?? DEFAULTS.disabled,
  };
  const warnings = env.problems.filter(({ path }) => concerns(path, config.exporters));
  return { config: frozen(config), warnings };
}

/** The exporters that the variables of OTLP speak to. */
const OF_OTLP = ['otlp', 'jaeger'];

/** Whether anybody reads the variable: those of OTLP speak to few exporters, its endpoint to one that was given none. */
function concerns(variable: string, exporters: ResolvedConfig['exporters']): boolean {
  if (!variable.startsWith('OTEL_EXPORTER_OTLP_')) return true;
  const isEndpoint = variable.endsWith('ENDPOINT');
  return exporters.some(exporter => {
    if (typeof exporter === 'string') return OF_OTLP.includes(exporter);
    try {
      return OF_OTLP.includes(exporter.name) && !(isEndpoint && (exporter.endpoint ?? '') !== '');
    } catch {
      // An exporter of the user's whose getter throws: rather one warning too many than none.
      return true;
    }
  });
}

/** Options, then attributes given in code, then `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, package.json. */
function resolveService(given: InitOptions, env: EnvironmentOptions, world: ConfigWorld): ResolvedService {
  const option: ServiceOptions =
    typeof given.service === 'string' ? { name: given.service } : (given.service ?? {});
  const said = (part: keyof ServiceOptions): string | undefined =>
    option[part] ?? attributeOf(part, given.attributes ?? {}) ?? attributeOf(part, env.attributes);
  const inCode = option.name ?? attributeOf('name', given.attributes ?? {});
  const name = inCode ?? env.serviceName ?? attributeOf('name', env.attributes);
  const version = said('version');
  const found: Partial<PackageIdentity> =
    name === undefined || version === undefined ? (findPackage(world) ?? {}) : {};
  return {
    name: name ?? found.name ?? UNKNOWN_SERVICE,
    ...defined({
      version: version ?? found.version,
      namespace: said('namespace'),
      environment: said('environment'),
      instanceId: said('instanceId'),
    }),
  };
}

function attributeOf(
  part: keyof ServiceOptions,
  attributes: Readonly<Record<string, AttributeValue | undefined>>,
): string | undefined {
  for (const key of SERVICE_ATTRIBUTES[part]) {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}

function resolveAttributes(
  given: InitOptions,
  env: EnvironmentOptions,
  service: ResolvedService,
): ResolvedConfig['attributes'] {
  const attributes = new Map<string, AttributeValue>(Object.entries(env.attributes));
  for (const [key, value] of Object.entries(given.attributes ?? {})) {
    if (value !== undefined) attributes.set(key, value);
  }
  for (const [part, [key]] of Object.entries(SERVICE_ATTRIBUTES)) {
    const value = service[part as keyof ServiceOptions];
    if (value !== undefined) attributes.set(key, value);
  }
  return Object.fromEntries(attributes);
}

function resolveOtlp(given: InitOptions, env: EnvironmentOptions, delivery: ResolvedDelivery): ResolvedOtlp {
  const { otlp } = env;
  return {
    endpoint: otlp.endpoint ?? DEFAULTS.otlp.endpoint,
    headers: otlp.headers ?? {},
    protocol: otlp.protocol ?? DEFAULTS.otlp.protocol,
    compression: delivery.compression,
    // OTEL_EXPORTER_OTLP_TIMEOUT speaks of this exporter, OTEL_BSP_EXPORT_TIMEOUT of all.
    timeoutMs: given.delivery?.timeoutMs ?? otlp.timeoutMs ?? delivery.timeoutMs,
    tls: otlp.tls ?? {},
  };
}

function resolveDelivery(given: InitOptions, env: EnvironmentOptions): ResolvedDelivery {
  const { spool = DEFAULTS.delivery.spool, ...rest } = given.delivery ?? {};
  const merged = {
    ...DEFAULTS.delivery,
    ...defined({ compression: env.otlp.compression }),
    ...env.delivery,
    ...rest,
  };
  return { ...merged, spool: spool === false ? false : resolveSpool(spool) };
}

function resolveSpool(spool: string | SpoolOptions): Required<SpoolOptions> {
  return { ...SPOOL_DEFAULTS, ...(typeof spool === 'string' ? { directory: spool } : spool) };
}

function resolveInstrument(option: InitOptions['instrument']): ResolvedConfig['instrument'] {
  if (option === undefined) return DEFAULTS.instrument;
  if (option === true) return INSTRUMENT_ALL;
  if (option === false) return [];
  return [...new Set(asList(option).flatMap(entry => asList(entry)))];
}

function asList<T>(option: T | readonly T[]): readonly T[] {
  return isList(option) ? option : [option];
}

function isList<T>(option: T | readonly T[]): option is readonly T[] {
  return Array.isArray(option);
}

/** Freezes what is ours, and only the lists around what is the user's: exporters, processors, expressions. */
function frozen(config: ResolvedConfig): ResolvedConfig {
  const { exporters, instrument, processors, redact, logger: _users, ...data } = config;
  for (const list of [exporters, instrument, processors]) Object.freeze(list);
  if (redact !== false) for (const part of [redact.keys, redact.patterns, redact]) Object.freeze(part);
  freezeData(data);
  return Object.freeze(config);
}

function freezeData(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeData(part);
}
