// Runs the doctor of the installed package against a real backend. The doctor must find no problem and read its span back.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_MS = 180_000;

/**
 * Runs `trace doctor --import` of the installed package.
 *
 * @param {string} app the folder in which the package is installed
 * @param {string} exporter the exporter as code: `jaeger({ … })`
 * @returns the messages of the steps to the backend, by the names of the steps
 */
export async function runDoctor(app, exporter) {
  const file = join(app, 'doctor-setup.mjs');
  writeFileSync(
    file,
    `import { init } from '@do/trace';
import { jaeger, otlp } from '@do/trace/exporters';
init({ service: 'doctor', exporter: ${exporter} });
`,
  );
  const program = join(app, 'node_modules/@do/trace/dist/cli/trace.mjs');
  const output = await new Promise(resolve => {
    const args = [program, 'doctor', '--json', '--import', file];
    execFile(process.execPath, args, { cwd: app, timeout: LIMIT_MS }, (_, stdout) => resolve(stdout));
  });
  const { checks } = JSON.parse(output);
  const route = checks.find(({ steps }) => steps !== undefined);
  assert.equal(route.status, 'ok', JSON.stringify(route, null, 2));
  return Object.fromEntries(route.steps.map(({ name, message }) => [name, message]));
}
