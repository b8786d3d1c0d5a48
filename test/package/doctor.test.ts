// The doctor as it is installed: the built program loads files of either module system, and ends although they left a server open.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'dist/cli/trace.mjs');
let app: string;

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'trace-doctor-app-'));
  mkdirSync(join(app, 'node_modules/@do'), { recursive: true });
  symlinkSync(ROOT, join(app, 'node_modules/@do/trace'), 'junction');
  symlinkSync(
    join(ROOT, 'node_modules/@opentelemetry'),
    join(app, 'node_modules/@opentelemetry'),
    'junction',
  );
});
afterAll(() => rmSync(app, { recursive: true, force: true }));

function doctor(...args: string[]): Promise<{ status: number; report: CheckReport; said: string }> {
  const env = { PATH: process.env['PATH'] };
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      [PROGRAM, 'doctor', '--json', ...args],
      { cwd: app, env },
      (_, out, said) =>
        resolve({ status: child.exitCode ?? -1, report: JSON.parse(out || 'null') as CheckReport, said }),
    );
  });
}

const SETUP =
  "init({ service: 'shop', exporter: 'memory', sample: 0.5 }); require('node:http').createServer().listen(0);";

describe('the built doctor', () => {
  it.each([
    ['app.cjs', `const { init } = require('@do/trace');\n${SETUP}`],
    [
      'app.mjs',
      `import { createRequire } from 'node:module';\nimport { init } from '@do/trace';\nconst require = createRequire(import.meta.url);\nawait 1;\n${SETUP}`,
    ],
  ])('checks what %s has set up', async (name, code) => {
    writeFileSync(join(app, name), code);
    const { status, report, said } = await doctor('--import', name);
    expect(said).toContain(`checking ${name}`);
    expect(report.config).toMatchObject({ service: { name: 'shop' }, sample: { ratio: 0.5 } });
    expect(report.checks.filter(({ status }) => status === 'error')).toEqual([]);
    expect(status).toBe(report.checks.some(({ status }) => status === 'warning') ? 1 : 0);
  });

  it('takes the environment without a file, and ends with 1 where something is wrong', async () => {
    const { status, report } = await doctor('--exporter', 'honeycomb');
    expect(status).toBe(1);
    expect(report.ok).toBe(false);
  });

  it('ends with 2 where it is called wrongly', async () => {
    const { status, said } = await doctor('--exporter', 'nobody');
    expect(status).toBe(2);
    expect(said).toContain('There is no exporter nobody');
  });
});
