import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context, diag, propagation, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../../src/index.js';
import { run } from '../../../src/cli/run.js';
import { startReceiver } from '../../../src/receiver/index.js';
import { createFakeCliProcess } from '../../support/fake-cli-process.js';
import { Cleanups, temporaryDirectory, BackendServers } from '../../support/backend-servers.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DOC = readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8');
const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);

afterEach(async () => {
  for (const api of [apiTrace, context, propagation, diag]) api.disable();
  await cleanups.run();
});

async function runDoctor(
  argv: readonly string[],
  env: Record<string, string> = {},
  cwd = ROOT,
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  const cli = createFakeCliProcess({ env, cwd, columns: 80 });
  const status = await run(['doctor', ...argv], cli);
  return { status, out: cli.out(), err: cli.err() };
}

/** Replaces the values that differ from run to run by those of the documentation. */
function withDocumentedValues(page: string): string {
  return page
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:4318')
    .replace(/[0-9a-f]{32}/g, '0af7651916cd43dd8448eb211c80319c')
    .replace(/(after|in) \d+ ms/g, '$1 2 ms')
    .replace(/\(\d+ bytes/g, '(460 bytes')
    .replace(/(node +)\d+\.\d+\.\d+/, '$120.20.2')
    .replace(/(@do\/trace) \d+\.\d+\.\d+/g, '$1 0.1.0')
    .replace(
      /(?:one copy|\d+ copies) of (@opentelemetry\/api)(?: whose versions fit)?: .*/,
      'one copy of $1: 1.9.1',
    );
}

describe('trace doctor', () => {
  test('of a working set-up: status 0, the report on stdout and progress on stderr, as in the documentation', async () => {
    const receiver = await startReceiver({ port: 0 });
    cleanups.add(() => receiver.close());
    const { status, out, err } = await runDoctor([], {
      OTEL_SERVICE_NAME: 'orders',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.4.2',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    });
    expect(status).toBe(0);
    expect(err).toMatch(/^checking the set-up; .*\n$/);
    expect(out).toContain('✓ All good.');
    expect(DOC).toContain(withDocumentedValues(out).trim());
  });

  test('of a broken set-up: status 1, with reason and fix, as in the documentation', async () => {
    const wrong = await servers.http(() => ({ status: 401 }));
    const { status, out } = await runDoctor([], {
      OTEL_SERVICE_NAME: 'orders',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.4.2',
      OTEL_EXPORTER_OTLP_ENDPOINT: wrong,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=s3cr3t',
      OTEL_CONFIG_FILE: 'otel.yaml',
    });
    expect(status).toBe(1);
    expect(out).not.toContain('s3cr3t');
    expect(DOC).toContain(withDocumentedValues(out).trim());
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('--json: one object with the configuration and all checks', async () => {
    const { status, out } = await runDoctor(['--json', '--endpoint', await servers.closedPort()]);
    expect(status).toBe(1);
    expect(out.trim().split('\n')).toHaveLength(1);
    const report = JSON.parse(out) as CheckReport & { allGood: boolean };
    expect(report).toMatchObject({ allGood: false, ok: false, config: { sample: { ratio: 1 } } });
    const steps = report.checks.find(({ name }) => name === 'otlp')?.steps ?? [];
    expect(steps.at(-1)).toMatchObject({ name: 'connection', status: 'error' });
  });

  test('--exporter: checks the exporter of that name or alias', async () => {
    const { status, out } = await runDoctor(['--exporter', 'hny'], { DO_TRACE_EXPORTER: 'memory' });
    expect(status).toBe(1);
    expect(out).toMatch(/✗ honeycomb .*HONEYCOMB_API_KEY/);
    expect(out.replace(/\s+/g, ' ')).toContain('[missing_key]');
  });

  test('--import: a file that throws is a finding with its error', async () => {
    const directory = temporaryDirectory(cleanups);
    writeFileSync(join(directory, 'broken.mjs'), "throw new Error('no database');\n");
    const { status, out } = await runDoctor(['--import', 'broken.mjs'], {}, directory);
    expect(status).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain('broken.mjs failed: Error: no database');
  });

  test('leaves nothing registered', async () => {
    await runDoctor([], { DO_TRACE_EXPORTER: 'memory' });
    expect(apiTrace.getTracer('x').startSpan('after').isRecording()).toBe(false);
  });
});
