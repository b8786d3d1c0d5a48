// `trace collector-config`: writes tail sampling for a fleet as configurations of the OpenTelemetry Collector.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliProcess } from './cli-process.js';
import { FLEET_OPTIONS, parseFleet } from './collector/fleet-options.js';
import { toCollectorPolicies } from './collector/policies.js';
import { type CollectorTier, type FleetConfig, formatTierConfig } from './collector/tiers.js';
import type { Command } from './command.js';
import { type OptionSpec, parseOptions, UsageError } from './parse-options.js';

const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  tier: { type: 'text' },
  dir: { type: 'text' },
  force: { type: 'flag' },
  ...FLEET_OPTIONS,
};

const TIERS: readonly CollectorTier[] = ['router', 'sampler'];

const HELP = `Usage: trace collector-config --dir DIR | --tier router|sampler [options]

Writes tail sampling for a whole fleet as two tiers of OpenTelemetry Collectors
(contrib distribution). Routers send all spans of a trace to one sampler, and
samplers decide. Applications must send every span: init({ sample: 1 }).

Output:
      --dir DIR            write DIR/router.yaml and DIR/sampler.yaml
      --force              overwrite existing files
      --tier TIER          print one of them instead: router or sampler

Traces to keep:
      --ratio R            the share of all traces, 0 to 1 (default 0.1)
      --no-errors          do not keep every failed trace
      --slower-than-ms N   keep every trace that took longer; 0 for none
                           (default 1000)
      --names 'A,B*'       keep every trace with a span of one of these names

Deployment:
      --samplers H:P,H:P   the samplers
                           (default sampler-1:4317,sampler-2:4317)
      --dns NAME[:PORT]    or a name that resolves to all samplers, such as a
                           headless service of Kubernetes
      --to URL             the OTLP/HTTP base URL of the backend
                           (default http://localhost:4318)
      --header 'K: V'      a header for the backend; write a secret as
                           \${env:NAME}
      --listen HOST[:PORT] the address of the routers for OTLP/HTTP; gRPC uses
                           the port below (default 0.0.0.0:4318)
      --wait-ms N          time from the first span of a trace to its decision
                           (default 30000)
      --max-traces N       waiting traces in one sampler (default 100000)
  -h, --help               print this text
`;

/** `trace collector-config`. */
export const collectorConfig: Command = {
  name: 'collector-config',
  summary: 'write Collector configurations for tail sampling',
  help: HELP,

  async run(argv, cli) {
    const parsed = parseOptions(argv, OPTIONS);
    if (parsed.positionals.length > 0) {
      throw new UsageError(`collector-config takes no argument, got "${parsed.positionals.join(' ')}".`);
    }
    const fleet = parseFleet(parsed);
    if (toCollectorPolicies(fleet.policy).length === 0) {
      throw new UsageError('No trace would be kept. Set --ratio above 0, or leave out --no-errors.');
    }
    const tier = parsed.texts.get('tier');
    const directory = parsed.texts.get('dir');
    if ((tier === undefined) === (directory === undefined)) {
      throw new UsageError('Set either --dir DIR for both files, or --tier router or --tier sampler.');
    }
    if (directory !== undefined) return writeFiles(directory, fleet, parsed.flags.has('force'), cli);
    cli.stdout.write(formatTierConfig(parseTier(tier ?? ''), fleet));
    return 0;
  },
};

function writeFiles(directory: string, fleet: FleetConfig, isForced: boolean, cli: CliProcess): number {
  const files = TIERS.map(tier => ({ tier, path: join(directory, `${tier}.yaml`) }));
  const existing = files.filter(({ path }) => existsSync(path)).map(({ path }) => path);
  if (existing.length > 0 && !isForced) {
    cli.stderr.write(
      `${existing.join(' and ')} already ${existing.length === 1 ? 'exists' : 'exist'}. Use --force to overwrite.\n`,
    );
    return 1;
  }
  try {
    mkdirSync(directory, { recursive: true });
    for (const { tier, path } of files) writeFileSync(path, formatTierConfig(tier, fleet));
  } catch (error) {
    cli.stderr.write(
      `The files cannot be written: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  }
  cli.stdout.write(files.map(({ path }) => `${path}\n`).join(''));
  return 0;
}

function parseTier(text: string): CollectorTier {
  if (text === 'router' || text === 'sampler') return text;
  throw new UsageError(`--tier must be router or sampler, got "${text}".`);
}
