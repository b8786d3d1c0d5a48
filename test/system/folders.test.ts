// The folders that system tests install packages in: shared by runs at once, and none of them sees the other's package.

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

/** A package of the name under test that says who it is, packed. */
async function packed(state: string): Promise<string> {
  const folder = join(directory, state, 'package');
  mkdirSync(folder, { recursive: true });
  const bin = { says: './says.js' };
  const manifest = { name: '@do/trace', version: '1.0.0', type: 'module', exports: './index.js', bin };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'index.js'), `export default ${JSON.stringify(state)};`);
  writeFileSync(join(folder, 'says.js'), `#!/usr/bin/env node\nconsole.log('${state}');`);
  const tarball = join(directory, `${state}.tgz`);
  await run('tar', ['-czf', tarball, '-C', join(directory, state), 'package']);
  return tarball;
}

/** What a run finds in its folder, and which folder that is. */
async function runOnce(state: string): Promise<{ folder: string; says: string[] }> {
  const program = `
    import { execFileSync } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    import { join } from 'node:path';
    import { npmFolder } from ${JSON.stringify(FOLDERS)};
    const folder = await npmFolder('two', { '@do/trace': 'file:' + process.argv[1] });
    writeFileSync(join(folder, 'main.js'), "console.log((await import('@do/trace')).default)");
    const says = [['node', 'main.js'], ['node_modules/.bin/says']].map(([file, ...args]) =>
      execFileSync(file, args, { cwd: folder, encoding: 'utf8' }).trim());
    process.stdout.write(JSON.stringify({ folder, says }));`;
  const args = ['--input-type=module', '-e', program, await packed(state)];
  const env = { ...process.env, XDG_CACHE_HOME: join(directory, 'cache') };
  const { stdout } = await run(process.execPath, args, { env });
  return JSON.parse(stdout) as { folder: string; says: string[] };
}

describe('two runs at once', () => {
  it('have the packages of the registry in common, and each the package that it brought', async () => {
    const [first, second] = await Promise.all([runOnce('first'), runOnce('second')]);
    expect(first.says).toEqual(['first', 'first']);
    expect(second.says).toEqual(['second', 'second']);
    expect(first.folder).not.toBe(second.folder);
    const [shared, ...others] = readdirSync(join(directory, 'cache/do-trace/system/npm'));
    expect(others).toEqual([]);
    for (const { folder } of [first, second]) {
      expect(folder).toContain(`/npm/${shared}/runs/`);
      expect(existsSync(folder)).toBe(false);
    }
  });

  it('leave nothing of a run that was killed', async () => {
    const { folder } = await runOnce('first');
    const left = join(folder, '../999999999-0');
    mkdirSync(left);
    const { says } = await runOnce('second');
    expect(says).toEqual(['second', 'second']);
    expect(existsSync(left)).toBe(false);
  });
});
