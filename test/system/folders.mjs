// Folders with npm packages. Packages from the registry are installed once in a shared folder, which does not change afterwards.
// The package under test and copied programs are in a subfolder for each run. So runs of different versions of this repository
// can run at the same time.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'do-trace', 'system');

const OURS = '@do/trace';
const RUNS = 'runs';
const UNUSED_MS = 14 * 86_400_000;

const owned = new Set();
process.once('exit', () => {
  for (const folder of owned) rmSync(folder, { recursive: true, force: true });
});

/**
 * Installs npm packages without their scripts, and returns the folder. With the package under test the folder belongs to this run
 * and is removed at its end. Without it the folder is shared and must not be changed.
 */
export async function npmFolder(name, { [OURS]: packed, ...packages }) {
  if (packed === undefined) return await sharedFolder(name, packages);
  const tarball = packed.replace(/^file:/, '');
  const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json']);
  const manifest = JSON.parse(stdout);
  const folder = await sharedFolder(name, packages, manifest);
  const own = ownFolder(folder);
  writeManifest(own, { ...packages, [OURS]: packed });
  const place = join(own, 'node_modules', OURS);
  mkdirSync(place, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', place, '--strip-components=1']);
  // npm installs a dependency below the package if the folder has another version of it.
  const nested = join(folder, 'node_modules', OURS, 'node_modules');
  if (existsSync(nested)) symlinkSync(nested, join(place, 'node_modules'));
  mkdirSync(join(own, 'node_modules/.bin'));
  for (const [command, file] of Object.entries(manifest.bin ?? {})) {
    chmodSync(join(place, file), 0o755);
    symlinkSync(join(place, file), join(own, 'node_modules/.bin', command));
  }
  return own;
}

/** Creates a subfolder for this run, in which modules find the packages of `folder`. It is removed when the process ends. */
export function ownFolder(folder) {
  const runs = join(folder, RUNS);
  mkdirSync(runs, { recursive: true });
  for (const entry of readdirSync(runs)) {
    // Removes the folders of killed runs.
    if (!isAlive(Number.parseInt(entry, 10))) rmSync(join(runs, entry), { recursive: true, force: true });
  }
  for (let count = 0; ; count++) {
    const own = join(runs, `${process.pid}-${count}`);
    if (existsSync(own)) continue;
    mkdirSync(own);
    owned.add(own);
    return own;
  }
}

/** Returns the shared folder with the packages and the dependencies of the package under test. The first run installs it. */
async function sharedFolder(name, packages, manifest) {
  const needs =
    manifest && pick(manifest, ['name', 'version', 'dependencies', 'peerDependencies', 'engines']);
  const optional = manifest?.peerDependenciesMeta;
  const stub = needs && JSON.stringify({ ...needs, peerDependenciesMeta: optional });
  const key = createHash('sha256')
    .update(JSON.stringify([packages, stub]))
    .digest('hex')
    .slice(0, 8);
  const folder = join(CACHE, 'npm', `${name}-${key}`);
  if (!existsSync(folder)) {
    const made = `${folder}.${process.pid}`;
    rmSync(made, { recursive: true, force: true });
    mkdirSync(join(made, 'stub'), { recursive: true });
    // Only the manifest: npm installs the dependencies, and each run adds the code.
    if (stub !== undefined) writeFileSync(join(made, 'stub/package.json'), stub);
    writeManifest(made, stub === undefined ? packages : { ...packages, [OURS]: 'file:./stub' });
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'];
    await run('npm', ['install', '--install-links', ...quiet], { cwd: made, timeout: 300_000 });
    publish(made, folder);
    removeUnused(name);
  }
  const now = new Date();
  utimesSync(folder, now, now);
  return folder;
}

/** Renames a finished folder to its final name. If another run was faster, its folder is used. */
function publish(made, folder) {
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
}

/** Removes unused folders of other versions and the folders of killed installations. */
function removeUnused(name) {
  const parent = join(CACHE, 'npm');
  for (const entry of readdirSync(parent)) {
    const [, stem, pid] = /^(.*)-[0-9a-f]{8}(?:\.(\d+))?$/.exec(entry) ?? [];
    if (stem !== name) continue;
    const folder = join(parent, entry);
    const isUnused =
      pid === undefined
        ? Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > UNUSED_MS
        : !isAlive(Number(pid));
    if (isUnused) rmSync(folder, { recursive: true, force: true });
  }
}

function writeManifest(folder, dependencies) {
  const manifest = { private: true, type: 'module', dependencies };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function pick(object, keys) {
  return Object.fromEntries(keys.map(key => [key, object[key]]));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
