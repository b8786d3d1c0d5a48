// The doctor against a real backend: the installed program says that all is good, and where it found its span again.

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
 * @returns what it found on the way to the backend, by the steps' names
 */
export async function doctorOf(app, exporter) {
  const file = join(app, 'doctor-setup.mjs');
  writeFileSync(
    file,
    `import { init } from '@do/trace';
import { jaeger, otlp } from '@do/trace/exporters';
init({ service: 'doctor', exporter: ${exporter} });
`,
  );
  const program = join(app, 'node_modules/@do/trace/dist/cli/trace.mjs');
  const out = await new Promise(resolve => {
    const args = [program, 'doctor', '--json', '--import', file];
    execFile(process.execPath, args, { cwd: app, timeout: LIMIT_MS }, (_, text) => resolve(text));
  });
  const { checks } = JSON.parse(out);
  const way = checks.find(({ steps }) => steps !== undefined);
  assert.equal(way.status, 'ok', JSON.stringify(way, null, 2));
  return Object.fromEntries(way.steps.map(({ name, message }) => [name, message]));
}
