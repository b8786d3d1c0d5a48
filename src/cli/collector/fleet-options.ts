// The options that describe the deployment for `trace collector-config`.

import { type OptionSpec, type ParsedOptions, UsageError } from '../parse-options.js';
import type { FleetConfig, SamplerDiscovery } from './tiers.js';

/** The options of a deployment. */
export const FLEET_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  ratio: { type: 'text' },
  'no-errors': { type: 'flag' },
  'slower-than-ms': { type: 'number', min: 0, max: 86_400_000 },
  names: { type: 'text' },
  samplers: { type: 'text' },
  dns: { type: 'text' },
  to: { type: 'text' },
  header: { type: 'text' },
  'wait-ms': { type: 'number', min: 1, max: 3_600_000 },
  'max-traces': { type: 'number', min: 1, max: 100_000_000 },
  listen: { type: 'text' },
};

/**
 * Converts parsed options to a deployment, with defaults.
 *
 * @throws UsageError for a wrong value
 */
export function parseFleet({ texts, numbers, flags }: ParsedOptions): FleetConfig {
  const header = texts.get('header');
  return {
    policy: {
      errors: !flags.has('no-errors'),
      slowerThanMs: numbers.get('slower-than-ms') ?? 1_000,
      names: splitList(texts.get('names') ?? ''),
      ratio: parseRatio(texts.get('ratio') ?? '0.1'),
    },
    samplers: parseSamplers(texts.get('samplers'), texts.get('dns')),
    backendUrl: parseUrl(texts.get('to') ?? 'http://localhost:4318'),
    headers: header === undefined ? {} : parseHeader(header),
    waitMs: numbers.get('wait-ms') ?? 30_000,
    maxTraces: numbers.get('max-traces') ?? 100_000,
    listen: parseListenAddress(texts.get('listen') ?? '0.0.0.0'),
  };
}

function parseRatio(text: string): number {
  const ratio = /^\d*\.?\d+(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new UsageError(`--ratio must be a number from 0 to 1, got "${text}".`);
}

function parseSamplers(hosts: string | undefined, dns: string | undefined): SamplerDiscovery {
  if (dns === undefined) {
    const list = splitList(hosts ?? 'sampler-1:4317,sampler-2:4317');
    const invalid = list.find(host => !/^[\w.-]+(:\d{1,5})?$/.test(host));
    if (list.length > 0 && invalid === undefined) return { hosts: list };
    throw new UsageError(`--samplers must be hosts such as sampler-1:4317, got "${invalid ?? hosts ?? ''}".`);
  }
  if (hosts !== undefined) throw new UsageError('--samplers and --dns exclude each other.');
  const [, name, port = '4317'] = /^([\w.-]+?)(?::(\d{1,5}))?$/.exec(dns) ?? [];
  if (name === undefined)
    throw new UsageError(`--dns must be a name such as samplers.default, got "${dns}".`);
  return { dns: name, port: Number(port) };
}

function parseListenAddress(text: string): FleetConfig['listen'] {
  const [, host, digits = '4318'] = /^([\w.-]+|\[[\da-f:]+\])(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const port = Number(digits);
  if (host !== undefined && port >= 2 && port <= 65_535) return { host, port };
  throw new UsageError(`--listen must be an address such as 0.0.0.0 or 127.0.0.1:4318, got "${text}".`);
}

function parseUrl(text: string): string {
  if (/^https?:\/\/[^\s]+$/.test(text) && URL.canParse(text)) return text.replace(/\/v1\/traces\/?$/, '');
  throw new UsageError(`--to must be a URL such as https://collector.example:4318, got "${text}".`);
}

function parseHeader(text: string): Record<string, string> {
  const [, name, value] = /^\s*([\w-]+)\s*:\s*(.+?)\s*$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return { [name]: value };
  throw new UsageError(`--header must look like 'name: value', got "${text}".`);
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
}
