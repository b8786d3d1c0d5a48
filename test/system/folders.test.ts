// The folders with npm packages of the system tests: runs share the packages of the registry, but not the package under test.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const FOLDERS = new URL('folders.mjs', import.meta.url).href;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-folders-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Packs a package with the name of the package under test, which prints and exports `version`. Returns the tarball. */
async function packStub(version: string): Promise<string> {
  const folder = join(directory, version, 'package');
  mkdirSync(folder, { recursive: true });
  const bin = { 'print-version': './print-version.js' };
  const manifest = { name: '@do/trace', version: '1.0.0', type: 'module', exports: './index.js', bin };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'index.js'), `export default ${JSON.stringify(version)};`);
  writeFileSync(join(folder, 'print-version.js'), `#!/usr/bin/env node\nconsole.log('${version}');`);
  const tarball = join(directory, `${version}.tgz`);
  await run('tar', ['-czf', tarball, '-C', join(directory, version), 'package']);
  return tarball;
}

/** Installs a version in a separate process. Returns its folder, and the outputs of the imported package and of its command. */
async function installInProcess(version: string): Promise<{ folder: string; outputs: string[] }> {
  const program = `
    import { execFileSync } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    import { join } from 'node:path';
    import { npmFolder } from ${JSON.stringify(FOLDERS)};
    const folder = await npmFolder('two', { '@do/trace': 'file:' + process.argv[1] });
    writeFileSync(join(folder, 'main.js'), "console.log((await import('@do/trace')).default)");
    const outputs = [['node', 'main.js'], ['node_modules/.bin/print-version']].map(([file, ...args]) =>
      execFileSync(file, args, { cwd: folder, encoding: 'utf8' }).trim());
    process.stdout.write(JSON.stringify({ folder, outputs }));`;
  const args = ['--input-type=module', '-e', program, await packStub(version)];
  const env = { ...process.env, XDG_CACHE_HOME: join(directory, 'cache') };
  const { stdout } = await run(process.execPath, args, { env });
  return JSON.parse(stdout) as { folder: string; outputs: string[] };
}

describe('two concurrent runs', () => {
  it('share the packages of the registry, and each uses its own package under test', async () => {
    const [first, second] = await Promise.all([installInProcess('first'), installInProcess('second')]);
    expect(first.outputs).toEqual(['first', 'first']);
    expect(second.outputs).toEqual(['second', 'second']);
    expect(first.folder).not.toBe(second.folder);
    const [shared, ...others] = readdirSync(join(directory, 'cache/do-trace/system/npm'));
    expect(others).toEqual([]);
    for (const { folder } of [first, second]) {
      expect(folder).toContain(`/npm/${shared}/runs/`);
      expect(existsSync(folder)).toBe(false);
    }
  });

  it('remove the folder of a killed run', async () => {
    const { folder } = await installInProcess('first');
    const abandoned = join(folder, '../999999999-0');
    mkdirSync(abandoned);
    const { outputs } = await installInProcess('second');
    expect(outputs).toEqual(['second', 'second']);
    expect(existsSync(abandoned)).toBe(false);
  });
});
