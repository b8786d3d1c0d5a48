// `trace collector-config`: tail sampling for a whole fleet, as configurations of the OpenTelemetry Collector.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toCollectorPolicies } from './collector/policies.js';
import { type FleetConfig, type SamplerDiscovery, type CollectorTier, formatTierConfig } from './collector/tiers.js';
import type { Command } from './cli-process.js';
import { type ParsedOptions, type OptionSpec, parseOptions, UsageError } from './parse-options.js';

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  tier: { type: 'text' },
  dir: { type: 'text' },
  force: { type: 'flag' },
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

const HELP = `Usage: trace collector-config --dir DIR | --tier router|sampler [options]

Writes tail sampling for a whole fleet as two tiers of OpenTelemetry Collectors (contrib
distribution): routers send all spans of a trace to one sampler, samplers decide.
Applications then send everything: init({ sample: 1 }).

Where to:
      --dir DIR            writes DIR/router.yaml and DIR/sampler.yaml
      --force              overwrites them
      --tier TIER          prints one of them instead: router or sampler

What is kept:
      --ratio R            share of the traces, 0 to 1 (default 0.1)
      --no-errors          failed traces are not kept in any case
      --slower-than-ms N   traces that took longer are kept; 0 for none (default 1000)
      --names 'A,B*'       traces with a span of one of these names are kept

Where it runs:
      --samplers H:P,H:P   the samplers (default sampler-1:4317,sampler-2:4317)
      --dns NAME[:PORT]    or a name that resolves to all of them (Kubernetes: a headless service)
      --to URL             the backend's OTLP/HTTP base URL (default http://localhost:4318)
      --header 'K: V'      sent to the backend; write secrets as \${env:NAME}
      --listen HOST[:PORT] where routers take OTLP/HTTP (default 0.0.0.0:4318);
                           gRPC is on the port below
      --wait-ms N          time from a trace's first span to its decision (default 30000)
      --max-traces N       traces that wait in one sampler (default 100000)
  -h, --help               this text
`;

/** `trace collector-config`. */
export const collectorConfig: Command = {
  name: 'collector-config',
  summary: 'tail sampling for a fleet, as configurations of the Collector',
  help: HELP,

  async run(argv, io) {
    const parsed = parseOptions(argv, OPTIONS);
    if (parsed.positionals.length > 0) {
      throw new UsageError(`collector-config takes no argument, got "${parsed.positionals.join(' ')}".`);
    }
    const fleet = parseFleet(parsed);
    if (toCollectorPolicies(fleet.policy).length === 0) {
      throw new UsageError('Nothing would be kept: give a --ratio above 0, or leave out --no-errors.');
    }
    const tier = parsed.texts.get('tier');
    const dir = parsed.texts.get('dir');
    if ((tier === undefined) === (dir === undefined)) {
      throw new UsageError(
        'Say where to: either --dir DIR for both files, or --tier router or --tier sampler.',
      );
    }
    if (dir !== undefined) {
      const files = (['router', 'sampler'] as const).map(each => ({
        tier: each,
        path: join(dir, `${each}.yaml`),
      }));
      const there = files.filter(({ path }) => existsSync(path)).map(({ path }) => path);
      if (there.length > 0 && !parsed.flags.has('force')) {
        io.stderr.write(`${there.join(' and ')} exist; --force overwrites them.\n`);
        return 1;
      }
      try {
        mkdirSync(dir, { recursive: true });
        for (const file of files) writeFileSync(file.path, formatTierConfig(file.tier, fleet));
      } catch (error) {
        io.stderr.write(
          `The files cannot be written: ${error instanceof Error ? error.message : String(error)}\n`,
        );
        return 1;
      }
      io.stdout.write(files.map(({ path }) => `${path}\n`).join(''));
      return 0;
    }
    io.stdout.write(formatTierConfig(parseTier(tier ?? ''), fleet));
    return 0;
  },
};

function parseFleet({ texts, numbers, flags }: ParsedOptions): FleetConfig {
  const header = texts.get('header');
  return {
    policy: {
      errors: !flags.has('no-errors'),
      slowerThanMs: numbers.get('slower-than-ms') ?? 1_000,
      names: splitList(texts.get('names') ?? ''),
      ratio: parseRatio(texts.get('ratio') ?? '0.1'),
    },
    samplers: parseSamplers(texts.get('samplers'), texts.get('dns')),
    to: parseUrl(texts.get('to') ?? 'http://localhost:4318'),
    headers: header === undefined ? {} : parseHeader(header),
    waitMs: numbers.get('wait-ms') ?? 30_000,
    maxTraces: numbers.get('max-traces') ?? 100_000,
    listen: parseListenAddress(texts.get('listen') ?? '0.0.0.0'),
  };
}

function parseTier(text: string): CollectorTier {
  if (text === 'router' || text === 'sampler') return text;
  throw new UsageError(`--tier must be router or sampler, got "${text}".`);
}

function parseRatio(text: string): number {
  const ratio = /^\d*\.?\d+(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new UsageError(`--ratio must be a number from 0 to 1, got "${text}".`);
}

function parseSamplers(hosts: string | undefined, dns: string | undefined): SamplerDiscovery {
  if (dns === undefined) {
    const list = splitList(hosts ?? 'sampler-1:4317,sampler-2:4317');
    const wrong = list.find(host => !/^[\w.-]+(:\d{1,5})?$/.test(host));
    if (list.length > 0 && wrong === undefined) return { hosts: list };
    throw new UsageError(`--samplers must be hosts such as sampler-1:4317, got "${wrong ?? hosts ?? ''}".`);
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
    .map(each => each.trim())
    .filter(each => each !== '');
}
