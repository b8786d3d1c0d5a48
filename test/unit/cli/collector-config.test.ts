// The output of `trace collector-config`, and its errors. A system test starts a real Collector with the output.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.js';
import { createFakeCliProcess } from '../../support/fake-cli-process.js';

async function runCollectorConfig(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  const cli = createFakeCliProcess({ columns: 80 });
  const status = await run(['collector-config', ...argv], cli);
  return { status, out: cli.out(), err: cli.err() };
}

const directories: string[] = [];

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'collector-config-'));
  directories.push(made);
  return made;
}

afterEach(() => {
  for (const made of directories.splice(0)) rmSync(made, { recursive: true });
});

describe('--tier', () => {
  it('router prints a configuration that selects the sampler by trace id', async () => {
    const { status, out, err } = await runCollectorConfig('--tier', 'router', '--samplers', 'a:1,b:2');
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('routing_key: "traceID"');
    expect(out).toContain(
      'http:\n        endpoint: "0.0.0.0:4318"\n      grpc:\n        endpoint: "0.0.0.0:4317"',
    );
    expect(out).toContain('hostnames: ["a:1", "b:2"]');
  });

  it('router can find samplers by a DNS name', async () => {
    const { out } = await runCollectorConfig('--tier', 'router', '--dns', 'samplers.default:4400');
    expect(out).toContain('hostname: "samplers.default"\n        port: "4400"');
    expect((await runCollectorConfig('--tier', 'sampler', '--dns', 'samplers.default:4400')).out).toContain(
      '0.0.0.0:4400',
    );
  });

  it.each([
    ['127.0.0.1', '127.0.0.1:4318', '127.0.0.1:4317'],
    ['127.0.0.1:14318', '127.0.0.1:14318', '127.0.0.1:14317'],
    ['[::1]:9000', '[::1]:9000', '[::1]:8999'],
  ])('router listens on %s, with gRPC on the port below', async (listen, http, grpc) => {
    const { out } = await runCollectorConfig('--tier', 'router', '--listen', listen);
    expect(out).toContain(`http:\n        endpoint: "${http}"\n      grpc:\n        endpoint: "${grpc}"`);
  });

  it.each(['router', 'sampler'])('%s names the Collector version that it needs', async tier => {
    expect((await runCollectorConfig('--tier', tier)).out).toContain(
      '# Needs the contrib distribution, v0.153.0 or later.\n\n',
    );
  });

  it('sampler prints the policies and the backend', async () => {
    const criteria = [
      '--ratio',
      '0.07',
      '--slower-than-ms',
      '500',
      '--names',
      'pay,check*',
      '--wait-ms',
      '5000',
    ];
    const deployment = ['--to', 'https://collector.test/v1/traces', '--header', 'x-key: ${env:KEY}'];
    const { out } = await runCollectorConfig('--tier', 'sampler', ...criteria, ...deployment);
    expect(out).toContain('sampling_percentage: 7\n');
    expect(out).toContain('threshold_ms: 500');
    expect(out).toContain(String.raw`- "span.name == \"pay\""`);
    expect(out).toContain(String.raw`- "IsMatch(span.name, \"(?s)^check.*$$\")"`);
    expect(out).toContain('endpoint: "https://collector.test"');
    expect(out).toContain('x-key: "${env:KEY}"');
    expect(out).toContain('decision_wait: "5000ms"');
  });
});

describe('--dir', () => {
  it('writes both files and overwrites them only with --force', async () => {
    const dir = join(directory(), 'new');
    expect((await runCollectorConfig('--dir', dir)).status).toBe(0);
    expect(readdirSync(dir).sort()).toEqual(['router.yaml', 'sampler.yaml']);
    writeFileSync(join(dir, 'router.yaml'), 'mine');
    const again = await runCollectorConfig('--dir', dir);
    expect([again.status, again.err]).toEqual([1, expect.stringContaining('Use --force to overwrite')]);
    expect(readFileSync(join(dir, 'router.yaml'), 'utf8')).toBe('mine');
    expect((await runCollectorConfig('--dir', dir, '--force')).status).toBe(0);
    expect(readFileSync(join(dir, 'router.yaml'), 'utf8')).toContain('load_balancing');
  });

  it('reports why the files cannot be written', async () => {
    const file = join(directory(), 'file');
    writeFileSync(file, '');
    const { status, err } = await runCollectorConfig('--dir', join(file, 'below'));
    expect([status, err]).toEqual([1, expect.stringContaining('cannot be written')]);
  });
});

it.each([
  [[], 'either --dir DIR'],
  [['--tier', 'router', '--dir', 'x'], 'either --dir DIR'],
  [['--tier', 'third'], '--tier must be router or sampler, got "third"'],
  [['--tier', 'router', '--ratio', '5'], '--ratio must be a number from 0 to 1, got "5"'],
  [['--tier', 'router', '--ratio', 'x'], '--ratio must be'],
  [['--tier', 'router', '--samplers', 'a b'], '--samplers must be hosts'],
  [['--tier', 'router', '--samplers', 'a', '--dns', 'b'], 'exclude each other'],
  [['--tier', 'router', '--listen', 'a:b'], '--listen must be an address'],
  [['--tier', 'router', '--listen', 'a:1'], '--listen must be an address'],
  [['--tier', 'router', '--listen', 'a:65536'], '--listen must be an address'],
  [['--tier', 'router', '--to', 'nowhere'], '--to must be a URL'],
  [['--tier', 'router', '--header', 'nothing'], "--header must look like 'name: value'"],
  [['--tier', 'router', '--rato', '1'], 'There is no option --rato. Did you mean --ratio?'],
  [['--tier', 'sampler', '--no-errors', '--slower-than-ms', '0', '--ratio', '0'], 'No trace would be kept'],
  [['router'], 'takes no argument'],
])('%j: status 2 and a message that names the problem', async (argv, message) => {
  const { status, out, err } = await runCollectorConfig(...argv);
  expect([status, out]).toEqual([2, '']);
  expect(err).toContain(message);
});
