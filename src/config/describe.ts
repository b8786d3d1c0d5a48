// The one line that init() prints: who sends what where, without secrets.

import { pluralize } from '../core/pluralize.js';
import { maskEndpoint } from '../core/endpoint.js';
import type { ExporterName } from '../core/known-names.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import type { Exporter } from '../exporters/exporter.js';
import type { ResolvedConfig, ResolvedSample } from './resolved.js';

const MASK = '***';

/**
 * The start-up line.
 *
 * @param config what holds
 * @param version the package's version
 * @example
 * describeConfig(config); // 'orders 1.4.2 → otlp http://localhost:4318/v1/traces, sampling 100 %, @do/trace 0.1.0'
 */
export function describeConfig(config: ResolvedConfig, version: string = VERSION): string {
  const { name, version: serviceVersion } = config.service;
  const who = oneLine(serviceVersion === undefined ? name : `${name} ${serviceVersion}`);
  const tail = `${SCOPE_NAME} ${version}`;
  if (config.disabled) return `${who}: tracing is off (OTEL_SDK_DISABLED), ${tail}`;
  const where = config.exporters.map(exporter => describeExporter(exporter, config)).join(' + ');
  return `${who} → ${where === '' ? 'nowhere' : where}, ${describeSample(config.sample)}, ${tail}`;
}

/**
 * The configuration as it may be shown: user info and query values of the endpoint, header values and the private key
 * are `***`, and live objects are their names.
 *
 * @param config what holds
 */
export function maskConfig(config: ResolvedConfig): Readonly<Record<string, unknown>> {
  const { otlp, exporters, instrument, processors, logger, ...rest } = config;
  return {
    ...rest,
    exporters: exporters.map(exporter => describeExporter(exporter, config)),
    otlp: {
      ...otlp,
      endpoint: maskEndpoint(otlp.endpoint),
      headers: Object.fromEntries(Object.keys(otlp.headers).map(name => [name, MASK])),
      tls: Object.fromEntries(Object.keys(otlp.tls).map(part => [part, MASK])),
    },
    instrument: instrument.map(entry =>
      typeof entry === 'string' ? entry : safely(() => entry.instrumentationName),
    ),
    processors: processors.map(entry => safely(() => entry.constructor.name)),
    ...(logger === undefined ? {} : { logger: 'given' }),
  };
}

/** Sampling in a few words: `sampling 10 % + errors + slower than 500 ms`. */
export function describeSample(sample: ResolvedSample): string {
  const { ratio, rules, perSecond, keep, followParent } = sample;
  const tail = [
    ...(rules.length > 0 ? [pluralize(rules.length, 'rule')] : []),
    ...(keep.errors ? ['errors'] : []),
    ...(keep.slowerThanMs === undefined ? [] : [`slower than ${keep.slowerThanMs} ms`]),
    ...(keep.match.length > 0 ? ['matches'] : []),
  ];
  if (ratio === 0 && tail.length === 0 && !followParent) return 'sampling off';
  const share =
    perSecond === undefined ? `${percent(ratio)} %` : `about ${pluralize(perSecond, 'trace')} a second`;
  return ['sampling', [share, ...tail].join(' + ')].join(' ');
}

function describeExporter(exporter: ExporterName | Exporter, config: ResolvedConfig): string {
  if (exporter === 'otlp') return `otlp ${maskEndpoint(config.otlp.endpoint)}`;
  if (typeof exporter === 'string') return exporter;
  const name = safely(() => exporter.name);
  const endpoint = safely(() => exporter.endpoint ?? '');
  return oneLine(
    endpoint === '' ? name : `${name} ${endpoint.includes('://') ? maskEndpoint(endpoint) : endpoint}`,
  );
}

/** A share in percent with four digits at most: 100, 12.5, 0.01. */
function percent(ratio: number): string {
  return String(Number((ratio * 100).toPrecision(4)));
}

function safely(read: () => string): string {
  try {
    return String(read());
  } catch {
    // A user's object whose getter throws has no name to show.
    return '?';
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
