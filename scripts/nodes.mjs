// Other versions of Node, from the npm packages with its binaries. They are cached outside the repository.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'do-trace', 'node');
const PLATFORM = process.platform === 'win32' ? 'win' : process.platform;
const PACKAGE = `node-${PLATFORM}-${process.arch}`;

/**
 * Returns the binary of a Node version. Downloads it if it is not cached.
 *
 * @param {string} range `20.6.0`, or `22` for the newest 22 at the time of the download
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function nodeBinary(range) {
  const prefix = join(CACHE, range);
  const path = join(
    prefix,
    'node_modules',
    PACKAGE,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  const present = await versionOf(path, range);
  if (present !== undefined) return { path, version: present };

  rmSync(prefix, { recursive: true, force: true });
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, 'package.json'), '{ "private": true }\n');
  const npm = [
    'install',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--ignore-scripts',
    `${PACKAGE}@${range}`,
  ];
  await run('npm', npm, { cwd: prefix, timeout: 300_000, shell: process.platform === 'win32' });
  const version = await versionOf(path, range);
  if (version === undefined) throw new Error(`${PACKAGE}@${range} was installed and does not run`);
  return { path, version };
}

async function versionOf(path, range) {
  try {
    const { stdout } = await run(path, ['--version']);
    const version = stdout.trim();
    return version === `v${range}` || version.startsWith(`v${range}.`) ? version : undefined;
  } catch {
    return undefined; // Not fetched yet, or not wholly.
  }
}
