// The configuration in force as the handle of init() and `trace.check()` show it: plain data, frozen, without secrets.

import type { AttributeValue } from '@opentelemetry/api';
import { maskEndpoint } from '../core/endpoint.js';
import { describeExporter, readString } from './describe.js';
import type { LogLevel } from './options.js';
import type { ResolvedConfig } from './resolved.js';

const MASK = '***';

/** A rule that is a function of the application. */
type FunctionText = 'function';

/**
 * The configuration in force: options, then environment, then defaults. It is for people and logs: secrets are masked, and
 * live objects are replaced by their names. Minor releases add members.
 */
export interface ActiveConfig {
  readonly service: {
    readonly name: string;
    readonly version?: string | undefined;
    readonly namespace?: string | undefined;
    readonly environment?: string | undefined;
    readonly instanceId?: string | undefined;
  };
  readonly resource: {
    readonly attributes: Readonly<Record<string, AttributeValue>>;
    readonly detectors: readonly string[];
  };
  /** Names with masked endpoints. */
  readonly exporters: readonly string[];
  /** The `OTEL_EXPORTER_OTLP_*` variables, with defaults. Header values and certificates are masked. */
  readonly otlp: {
    readonly endpoint: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly protocol: string;
    readonly compression: string;
    readonly requestTimeoutMs: number;
    readonly tls: Readonly<Record<string, string>>;
  };
  readonly sample: {
    readonly ratio: number;
    readonly rules: readonly object[];
    readonly perSecond?: number | undefined;
    readonly keep: Readonly<Record<string, unknown>>;
    readonly followRemote: boolean;
    /** The name of a sampler of OpenTelemetry, or `'function'`. */
    readonly custom?: string | undefined;
  };
  readonly enabled: boolean;
  readonly propagate: {
    readonly formats: readonly string[];
    readonly to?: readonly string[] | FunctionText | undefined;
    readonly baggageTo?: readonly string[] | FunctionText | undefined;
    readonly from: 'any' | 'none' | FunctionText;
    readonly baggageFrom: readonly string[];
  };
  /** The names that are enabled. */
  readonly instrument: readonly string[];
  readonly instrumentations: readonly string[];
  readonly baggageAttributes: readonly string[];
  readonly redact:
    | false
    | { readonly keys: readonly string[]; readonly patterns: readonly string[]; readonly replace: string };
  readonly limits: Readonly<Record<string, number>>;
  readonly delivery: Readonly<Record<string, unknown>>;
  readonly processors: readonly string[];
  readonly exitHandlers: boolean;
  readonly logLevel: LogLevel;
}

/**
 * Creates the view of a configuration.
 *
 * @param config the resolved configuration
 * @param redact removes secrets from the values of attributes; without it they are shown as they are
 */
export function createActiveConfig(
  config: ResolvedConfig,
  redact: (text: string) => string = text => text,
): ActiveConfig {
  const { service, otlp, sample, propagate, limits, delivery } = config;
  const { perSecond, custom } = sample;
  const view: ActiveConfig = {
    service: copy(service),
    resource: {
      attributes: copy(config.attributes, redact),
      detectors: config.detectors.map(nameOf),
    },
    exporters: config.exporters.map(exporter => describeExporter(exporter, config)),
    otlp: {
      endpoint: maskEndpoint(otlp.endpoint),
      headers: maskValues(otlp.headers),
      protocol: otlp.protocol,
      compression: otlp.compression,
      requestTimeoutMs: otlp.requestTimeoutMs,
      tls: maskValues(otlp.tls),
    },
    sample: {
      ratio: sample.ratio,
      rules: copy(sample.rules),
      ...(perSecond === undefined ? {} : { perSecond }),
      keep: copy(sample.keep),
      followRemote: sample.followRemote,
      ...(custom === undefined ? {} : { custom: nameOf(custom) }),
    },
    enabled: !config.disabled,
    propagate: {
      formats: propagate.formats.map(format => (typeof format === 'string' ? format : nameOf(format))),
      ...(propagate.to === undefined ? {} : { to: describeHosts(propagate.to) }),
      ...(propagate.baggageTo === undefined ? {} : { baggageTo: describeHosts(propagate.baggageTo) }),
      from: typeof propagate.from === 'function' ? 'function' : (propagate.from ?? 'any'),
      baggageFrom: [...(propagate.baggageFrom ?? [])],
    },
    instrument: listEnabled(config.instrument),
    instrumentations: config.instrumentations.map(each => readString(() => each.instrumentationName)),
    baggageAttributes: [...config.baggageAttributes],
    redact: describeRedact(config.redact),
    limits: { ...limits },
    delivery: copy({ ...delivery }),
    processors: config.processors.map(nameOf),
    exitHandlers: config.exitHandlers,
    logLevel: config.logLevel === 'none' ? 'silent' : config.logLevel,
  };
  return freezeDeep(view);
}

function describeHosts(
  rule: Exclude<ResolvedConfig['propagate']['to'], undefined>,
): readonly string[] | FunctionText {
  if (typeof rule === 'function') return 'function';
  return typeof rule === 'string' ? [rule] : [...rule];
}

function listEnabled(instrument: ResolvedConfig['instrument']): readonly string[] {
  if (instrument === false) return [];
  return Object.keys(instrument).filter(name => instrument[name] !== false && instrument[name] !== undefined);
}

function describeRedact(redact: ResolvedConfig['redact']): ActiveConfig['redact'] {
  if (redact === false) return false;
  const { keys, patterns, replace } = redact;
  return {
    keys: keys.map(String),
    patterns: patterns.map(String),
    replace: typeof replace === 'function' ? 'function' : replace,
  };
}

/** The class of an object, or `'function'`. */
function nameOf(value: object): string {
  return typeof value === 'function' ? 'function' : readString(() => value.constructor.name);
}

function maskValues(record: object): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(record).map(name => [name, MASK]));
}

/** Copies plain data. */
function copy<T>(value: T, redact: (text: string) => string = text => text): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map(each => copy<unknown>(each, redact)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, copy<unknown>(each, redact)]),
  ) as T;
}

function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freezeDeep<unknown>(part);
  return Object.freeze(value);
}
