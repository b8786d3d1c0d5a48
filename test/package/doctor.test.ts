// The built doctor: it loads files of both module systems, and ends although a file leaves a server open.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'dist/cli/trace.mjs');
let applicationDirectory: string;

beforeAll(() => {
  applicationDirectory = mkdtempSync(join(tmpdir(), 'trace-doctor-app-'));
  mkdirSync(join(applicationDirectory, 'node_modules/@do'), { recursive: true });
  symlinkSync(ROOT, join(applicationDirectory, 'node_modules/@do/trace'), 'junction');
  symlinkSync(
    join(ROOT, 'node_modules/@opentelemetry'),
    join(applicationDirectory, 'node_modules/@opentelemetry'),
    'junction',
  );
});
afterAll(() => rmSync(applicationDirectory, { recursive: true, force: true }));

function runDoctor(...args: string[]): Promise<{ status: number; report: CheckReport; stderr: string }> {
  const env = { PATH: process.env['PATH'] };
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      [PROGRAM, 'doctor', '--json', ...args],
      { cwd: applicationDirectory, env },
      (_, stdout, stderr) =>
        resolve({
          status: child.exitCode ?? -1,
          report: JSON.parse(stdout || 'null') as CheckReport,
          stderr,
        }),
    );
  });
}

const SET_UP =
  "init({ service: 'shop', exporter: 'memory', sample: 0.5 }); require('node:http').createServer().listen(0);";

describe('the built doctor', () => {
  it.each([
    ['app.cjs', `const { init } = require('@do/trace');\n${SET_UP}`],
    [
      'app.mjs',
      `import { createRequire } from 'node:module';\nimport { init } from '@do/trace';\nconst require = createRequire(import.meta.url);\nawait 1;\n${SET_UP}`,
    ],
  ])('checks the set-up of %s', async (name, code) => {
    writeFileSync(join(applicationDirectory, name), code);
    const { status, report, stderr } = await runDoctor('--import', name);
    expect(stderr).toContain(`checking ${name}`);
    expect(report.config).toMatchObject({ service: { name: 'shop' }, sample: { ratio: 0.5 } });
    expect(report.checks.filter(({ status }) => status === 'error')).toEqual([]);
    expect(status).toBe(report.checks.some(({ status }) => status === 'warning') ? 1 : 0);
  });

  it('uses the environment without a file, and ends with 1 for a fault', async () => {
    const { status, report } = await runDoctor('--exporter', 'honeycomb');
    expect(status).toBe(1);
    expect(report.ok).toBe(false);
  });

  it('ends with 2 for wrong arguments', async () => {
    const { status, stderr } = await runDoctor('--exporter', 'honycomb');
    expect(status).toBe(2);
    expect(stderr).toContain('There is no exporter honycomb');
  });
});
