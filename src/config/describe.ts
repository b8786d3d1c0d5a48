// Formats the configuration for the start-up line of init(). It shows no secret.

import { maskEndpoint } from '../core/endpoint.js';
import { pluralize } from '../core/pluralize.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import type { ExporterOption } from './options.js';
import type { ResolvedConfig, ResolvedSample } from './resolved.js';

/**
 * Formats the start-up line.
 *
 * @param config the resolved configuration
 * @param version the version of this package
 * @example
 * describeConfig(config); // 'orders 1.4.2 → otlp http://localhost:4318/v1/traces, sampling 100 %, @do/trace 0.1.0'
 */
export function describeConfig(config: ResolvedConfig, version: string = VERSION): string {
  const { name, version: serviceVersion } = config.service;
  const service = toOneLine(serviceVersion === undefined ? name : `${name} ${serviceVersion}`);
  const sdk = `${SCOPE_NAME} ${version}`;
  if (config.disabled) return `${service}: tracing is off (enabled: false or OTEL_SDK_DISABLED), ${sdk}`;
  const exporters = config.exporters.map(exporter => describeExporter(exporter, config)).join(' + ');
  return `${service} → ${exporters === '' ? 'nowhere' : exporters}, ${describeSample(config.sample)}, ${sdk}`;
}

/** Describes the sampling settings in a few words: `sampling 10 % + errors + slower than 500 ms`. */
export function describeSample(sample: ResolvedSample): string {
  const { ratio, rules, perSecond, keep, followParent, custom } = sample;
  if (custom !== undefined) {
    const name = typeof custom === 'function' ? 'a function' : toOneLine(readString(() => custom.toString()));
    return `sampling by ${name}`;
  }
  const exceptions = [
    ...(rules.length > 0 ? [pluralize(rules.length, 'rule')] : []),
    ...(keep.errors ? ['errors'] : []),
    ...(keep.slowerThanMs === undefined ? [] : [`slower than ${keep.slowerThanMs} ms`]),
    ...(keep.match.length > 0 ? ['matches'] : []),
  ];
  if (ratio === 0 && exceptions.length === 0 && !followParent) return 'sampling off';
  const base =
    perSecond === undefined ? `${formatPercent(ratio)} %` : `about ${pluralize(perSecond, 'trace')} a second`;
  return `sampling ${[base, ...exceptions].join(' + ')}`;
}

/**
 * Describes an exporter: its name and its endpoint without secrets.
 *
 * @param exporter a name or an object
 * @param config the settings of the exporters that it names
 */
export function describeExporter(exporter: ExporterOption, config: Pick<ResolvedConfig, 'otlp'>): string {
  if (exporter === 'otlp') return `otlp ${maskEndpoint(config.otlp.endpoint)}`;
  if (typeof exporter === 'string') return exporter;
  if ('export' in exporter) return toOneLine(readString(() => exporter.constructor.name));
  const name = readString(() => exporter.name);
  const endpoint = readString(() => exporter.endpoint ?? '');
  if (endpoint === '') return toOneLine(name);
  return toOneLine(`${name} ${endpoint.includes('://') ? maskEndpoint(endpoint) : endpoint}`);
}

/** Formats a ratio in per cent with at most four significant digits: 100, 12.5, 0.01. */
function formatPercent(ratio: number): string {
  return String(Number((ratio * 100).toPrecision(4)));
}

/** Reads a text of a user's object; '?' if its getter throws. */
export function readString(read: () => string): string {
  try {
    return String(read());
  } catch {
    // The getter of a user's object threw: there is no name to show.
    return '?';
  }
}

function toOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
