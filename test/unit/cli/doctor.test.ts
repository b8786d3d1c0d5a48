import type { Check } from '../../../src/core/check.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { context, diag, propagation, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, describe, expect, test } from 'vitest';
import type { CliProcess } from '../../../src/cli/cli-process.js';
import type { CheckReport } from '../../../src/index.js';
import { run } from '../../../src/cli/run.js';
import { formatJsonReport, isAllGood, formatReport } from '../../../src/cli/doctor-report.js';
import { startReceiver } from '../../../src/receiver/index.js';
import { Cleanups, folder, Servers } from '../doctor/servers.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DOC = readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8');
const cleanups = new Cleanups();
const servers = new Servers(cleanups);

afterEach(async () => {
  for (const api of [apiTrace, context, propagation, diag]) api.disable();
  await cleanups.run();
});

async function doctor(
  argv: readonly string[],
  env: Record<string, string> = {},
  cwd = ROOT,
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const io: CliProcess = {
    stdout: { write: text => void (out += text), isTTY: false },
    stderr: { write: text => void (err += text) },
    env,
    cwd: () => cwd,
    columns: () => 80,
    waitForInterrupt: () => new Promise(() => {}),
  };
  return { status: await run(['doctor', ...argv], io), out, err };
}

/** What differs from run to run, as the documentation writes it. */
function steady(page: string): string {
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
  test('of a set-up that works: status 0, results on stdout, talk on stderr, as the documentation shows it', async () => {
    const receiver = await startReceiver({ port: 0 });
    cleanups.add(() => receiver.close());
    const { status, out, err } = await doctor([], {
      OTEL_SERVICE_NAME: 'orders',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.4.2',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    });
    expect(status).toBe(0);
    expect(err).toMatch(/^checking the set-up; .*\n$/);
    expect(out).toContain('✓ All good.');
    expect(DOC).toContain(steady(out).trim());
  });

  test('of one that does not: status 1, why and fix, as the documentation shows it', async () => {
    const wrong = await servers.http(() => ({ status: 401 }));
    const { status, out } = await doctor([], {
      OTEL_SERVICE_NAME: 'orders',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.4.2',
      OTEL_EXPORTER_OTLP_ENDPOINT: wrong,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=s3cr3t',
      OTEL_CONFIG_FILE: 'otel.yaml',
    });
    expect(status).toBe(1);
    expect(out).not.toContain('s3cr3t');
    expect(DOC).toContain(steady(out).trim());
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('--json: one object, with the configuration and everything found', async () => {
    const { status, out } = await doctor(['--json', '--endpoint', await servers.nobody()]);
    expect(status).toBe(1);
    expect(out.trim().split('\n')).toHaveLength(1);
    const report = JSON.parse(out) as CheckReport & { allGood: boolean };
    expect(report).toMatchObject({ allGood: false, ok: false, config: { sample: { ratio: 1 } } });
    const steps = report.checks.find(({ name }) => name === 'otlp')?.steps ?? [];
    expect(steps.at(-1)).toMatchObject({ name: 'connection', status: 'error' });
  });

  test('--exporter: the one that is asked for, by any of its names', async () => {
    const { status, out } = await doctor(['--exporter', 'hny'], { TRACE_EXPORTER: 'memory' });
    expect(status).toBe(1);
    expect(out).toMatch(/✗ honeycomb +off: HONEYCOMB_API_KEY: a key or its setting is/);
  });

  test('--import: a file that fails is a finding, with what it said', async () => {
    const directory = folder(cleanups);
    writeFileSync(join(directory, 'broken.mjs'), "throw new Error('no database');\n");
    const { status, out } = await doctor(['--import', 'broken.mjs'], {}, directory);
    expect(status).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain('broken.mjs failed: Error: no database');
  });

  test('leaves nothing registered behind', async () => {
    await doctor([], { TRACE_EXPORTER: 'memory' });
    expect(apiTrace.getTracer('x').startSpan('after').isRecording()).toBe(false);
  });
});

describe('the page', () => {
  const step = (status: Check['status'], more: Partial<Check> = {}): Check => ({
    name: 'span',
    status,
    message: 'a fact',
    ...more,
  });
  const page = (checks: readonly Check[], width = 80, color = false): string =>
    formatReport({ ok: true, checks }, { width, color, isImported: true });

  test('is without colour unless asked for, and padded before it is coloured', () => {
    const checks = [step('ok'), step('warning', { name: 'clock', why: 'W.', fix: 'F.' })];
    const plain = page(checks);
    expect(plain).not.toContain('\u001b');
    expect(stripVTControlCharacters(page(checks, 80, true))).toBe(plain);
    expect(page(checks, 80, true)).toContain('\u001b[33m!\u001b[39m');
  });

  test('keeps to its width, and leaves what is to be copied whole', () => {
    const url = `http://collector.example/${'x'.repeat(60)}`;
    const text = `${'word '.repeat(40)}${url}`;
    const lines = page([step('error', { message: text, why: text, fix: text })], 60).split('\n');
    expect(lines.filter(line => line.length > 60).map(line => line.trim())).toEqual([url, url, url]);
  });

  test('shows no control characters of a backend', () => {
    expect(page([step('error', { message: 'a\u001b[2Jb\nc' })])).toContain('a [2Jb c');
  });

  test.each<[Check['status'], boolean]>([
    ['ok', true],
    ['skipped', true],
    ['warning', false],
    ['error', false],
  ])('%s counts as good: %s', (status, isGood) => {
    expect(isAllGood({ checks: [step('ok'), step(status)] })).toBe(isGood);
    expect(page([step(status)]).includes('All good')).toBe(isGood);
    expect(JSON.parse(formatJsonReport({ ok: true, checks: [step(status)] }))).toMatchObject({ allGood: isGood });
  });
});
