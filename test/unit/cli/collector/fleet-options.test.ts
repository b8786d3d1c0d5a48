import { describe, expect, it } from 'vitest';
import { FLEET_OPTIONS, parseFleet } from '../../../../src/cli/collector/fleet-options.js';
import type { FleetConfig } from '../../../../src/cli/collector/tiers.js';
import { parseOptions, UsageError } from '../../../../src/cli/parse-options.js';

const parse = (...argv: string[]): FleetConfig => parseFleet(parseOptions(argv, FLEET_OPTIONS));

describe('the deployment', () => {
  it('has defaults', () => {
    expect(parse()).toEqual({
      policy: { errors: true, slowerThanMs: 1_000, names: [], ratio: 0.1 },
      samplers: { hosts: ['sampler-1:4317', 'sampler-2:4317'] },
      backendUrl: 'http://localhost:4318',
      headers: {},
      waitMs: 30_000,
      maxTraces: 100_000,
      listen: { host: '0.0.0.0', port: 4318 },
    });
  });

  it.each<[string[], Partial<FleetConfig>]>([
    [['--samplers', ' a:1 , b, '], { samplers: { hosts: ['a:1', 'b'] } }],
    [['--dns', 'samplers.default'], { samplers: { dns: 'samplers.default', port: 4317 } }],
    [['--dns', 'samplers:44'], { samplers: { dns: 'samplers', port: 44 } }],
    [['--to', 'https://b.example/v1/traces'], { backendUrl: 'https://b.example' }],
    [['--to', 'https://b.example/otlp/v1/traces/'], { backendUrl: 'https://b.example/otlp' }],
    [['--header', ' x-key :  a b '], { headers: { 'x-key': 'a b' } }],
    [['--listen', '[::1]'], { listen: { host: '[::1]', port: 4318 } }],
    [['--listen', 'router:2'], { listen: { host: 'router', port: 2 } }],
    [['--wait-ms', '5', '--max-traces', '6'], { waitMs: 5, maxTraces: 6 }],
    [
      ['--no-errors', '--slower-than-ms', '0', '--names', 'a,b*', '--ratio', '1e-3'],
      { policy: { errors: false, slowerThanMs: 0, names: ['a', 'b*'], ratio: 0.001 } },
    ],
  ])('%j', (argv, expected) => {
    expect(parse(...argv)).toMatchObject(expected);
  });

  it.each([
    ['--samplers', ''],
    ['--samplers', ','],
    ['--dns', 'a b'],
    ['--to', 'ftp://b.example'],
    ['--header', 'x-key'],
    ['--ratio', '-1'],
    ['--ratio', ''],
    ['--wait-ms', '0'],
    ['--max-traces', '0'],
  ])('%s %j is an error that names the option', (name, value) => {
    expect(() => parse(name, value)).toThrow(UsageError);
    expect(() => parse(name, value)).toThrow(name);
  });
});
