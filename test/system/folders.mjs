// Folders with npm packages. What comes from the registry is installed once and shared by all runs on this machine, and
// never changed again; the package under test, and the programs that are copied beside it, are in a folder of each run's
// own inside of it. So two runs at once, of different states of this repository even, do not meet.

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
 * A folder with npm packages, none of whose scripts have run. With the package under test among them it is this run's
 * own, and goes with it; without, it is shared, and nobody may write there.
 */
export async function npmFolder(name, { [OURS]: packed, ...packages }) {
  if (packed === undefined) return await shared(name, packages);
  const tarball = packed.replace(/^file:/, '');
  const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json']);
  const manifest = JSON.parse(stdout);
  const folder = await shared(name, packages, manifest);
  const own = ownFolder(folder);
  writeManifest(own, { ...packages, [OURS]: packed });
  const place = join(own, 'node_modules', OURS);
  mkdirSync(place, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', place, '--strip-components=1']);
  // What stands beside it in other versions than it wants, npm has put below it.
  const nested = join(folder, 'node_modules', OURS, 'node_modules');
  if (existsSync(nested)) symlinkSync(nested, join(place, 'node_modules'));
  mkdirSync(join(own, 'node_modules/.bin'));
  for (const [command, file] of Object.entries(manifest.bin ?? {})) {
    chmodSync(join(place, file), 0o755);
    symlinkSync(join(place, file), join(own, 'node_modules/.bin', command));
  }
  return own;
}

/** A folder of this run's own, in which modules find the packages of the one it is in; removed when the process ends. */
export function ownFolder(folder) {
  const runs = join(folder, RUNS);
  mkdirSync(runs, { recursive: true });
  for (const left of readdirSync(runs)) {
    // Of a run that was killed.
    if (!isAlive(Number.parseInt(left, 10))) rmSync(join(runs, left), { recursive: true, force: true });
  }
  for (let count = 0; ; count++) {
    const own = join(runs, `${process.pid}-${count}`);
    if (existsSync(own)) continue;
    mkdirSync(own);
    owned.add(own);
    return own;
  }
}

/** The packages, and what the package under test needs, as npm lays them out; installed by whoever comes first. */
async function shared(name, packages, manifest) {
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
    // Its manifest and nothing else: npm sees what it depends on, and each run brings its own code.
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

/** Gives a finished folder its name; where another run was first, theirs is as good. */
function publish(made, folder) {
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
}

/** Removes what was installed for other versions, and what an installation that was killed has left. */
function removeUnused(name) {
  const parent = join(CACHE, 'npm');
  for (const entry of readdirSync(parent)) {
    const [, stem, pid] = /^(.*)-[0-9a-f]{8}(?:\.(\d+))?$/.exec(entry) ?? [];
    if (stem !== name) continue;
    const folder = join(parent, entry);
    const unused =
      pid === undefined
        ? Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > UNUSED_MS
        : !isAlive(Number(pid));
    if (unused) rmSync(folder, { recursive: true, force: true });
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
