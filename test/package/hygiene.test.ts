// Checks the package with publint, attw and knip.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, temporaryDirectory } from '../../scripts/pack.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const directory = temporaryDirectory();
let tarball: string;

beforeAll(() => {
  tarball = pack(directory).tarball;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a tool of the development dependencies. The failure contains its output. */
function check(file: string, args: readonly string[]): void {
  const path = join(ROOT, 'node_modules', file);
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env,
  });
  if (status !== 0) expect.fail(`${file} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`);
}

describe('the package is clean for', () => {
  it('publint: the manifest describes the files correctly', () => {
    check('publint/src/cli.js', ['run', tarball, '--strict']);
  });

  it('attw: types are right in every mode of module resolution', () => {
    check('@arethetypeswrong/cli/dist/index.js', [tarball, '--no-color']);
  });

  it('knip: no unused file, export or dependency', () => {
    check('knip/bin/knip.js', ['--no-progress']);
  });
});
