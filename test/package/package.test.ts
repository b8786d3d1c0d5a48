// The package as its users get it: packed, installed in an empty folder, and run.

import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, pack, temporaryDirectory } from '../../scripts/pack.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAMS = join(ROOT, 'test/matrix/programs');
const run = promisify(execFile);

interface Manifest {
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, string | Record<'import' | 'require', Record<string, string>>>>;
  readonly bin: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

const directory = temporaryDirectory();
let packed: { tarball: string; files: string[] };
let app: string;

beforeAll(() => {
  if (!existsSync(join(ROOT, 'dist'))) throw new Error('there is no dist: npm run build comes first');
  packed = pack(directory);
  app = install(packed.tarball, directory);
}, 180_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the packed tarball', () => {
  it('contains what `files` says, the manifest, and nothing else', () => {
    const allowed = [...manifest.files, 'package.json'];
    const strange = packed.files.filter(
      file => !allowed.some(entry => file === entry || file.startsWith(`${entry}/`)),
    );
    expect(strange).toEqual([]);
    for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) expect(packed.files).toContain(file);
  });

  it('contains every file that `exports` and `bin` name', () => {
    const targets = Object.values(manifest.exports).flatMap(entry =>
      typeof entry === 'string'
        ? [entry]
        : Object.values(entry).flatMap(condition => Object.values(condition)),
    );
    const named = [...targets, ...Object.values(manifest.bin)].map(path => path.replace(/^\.\//, ''));
    expect(named.filter(path => !packed.files.includes(path))).toEqual([]);
  });

  it('contains no tests and no types of its own tooling', () => {
    expect(packed.files.filter(file => /\.test\.|tsbuildinfo|vitest/.test(file))).toEqual([]);
  });
});

describe('installed in an empty folder', () => {
  it.each(['readme.mjs', 'readme.cjs'])('runs the program of the README: %s', async program => {
    for (const file of [program, 'over-otlp.mjs']) copyFileSync(join(PROGRAMS, file), join(app, file));
    const args = ['over-otlp.mjs', 'processOrder,order-4711,Shipment dispatched', program];
    const { stdout } = await run(process.execPath, args, { cwd: app, env: cleanEnvironment() });
    expect(stdout).toMatch(/3 names arrived in \d+ requests/);
  });

  it('gives the same names by import and by require, for every entry', async () => {
    const entries = Object.entries(manifest.exports)
      .filter(([path, target]) => typeof target !== 'string' && path !== './register')
      .map(([path]) => `@do/trace${path.slice(1)}`);
    const program = `
      const named = {};
      for (const entry of ${JSON.stringify(entries)}) {
        const esm = Object.keys(await import(entry)).filter(name => name !== 'module.exports' && name !== 'default');
        named[entry] = [esm.sort(), Object.keys(require(entry)).sort()];
      }
      console.log(JSON.stringify(named));`;
    const script = `(async () => {${program}})()`;
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: app, env: cleanEnvironment() });
    const named = JSON.parse(stdout) as Record<string, [string[], string[]]>;
    expect(Object.keys(named)).toEqual(entries);
    for (const [esm, cjs] of Object.values(named)) {
      expect(esm).toEqual(cjs);
      expect(esm.length).toBeGreaterThan(0);
    }
  });

  it('runs with the newest @opentelemetry/api in the range, in one copy', async () => {
    const newer = install(packed.tarball, join(directory, 'newer'), ['@opentelemetry/api@1.10.0']);
    const found = findPackages(join(newer, 'node_modules')).filter(
      ({ name }) => name === '@opentelemetry/api',
    );
    expect(found).toHaveLength(1);
    for (const file of ['readme.mjs', 'over-otlp.mjs']) copyFileSync(join(PROGRAMS, file), join(newer, file));
    const args = ['over-otlp.mjs', 'processOrder,order-4711,Shipment dispatched', 'readme.mjs'];
    const { stdout } = await run(process.execPath, args, { cwd: newer, env: cleanEnvironment() });
    expect(stdout).toMatch(/3 names arrived in \d+ requests/);
  }, 120_000);

  it('stays small: at most 25 packages beside this one, and 35 MB', () => {
    const { names, directories, bytes } = footprint(join(app, 'node_modules'));
    const megabytes = bytes / 1_000_000;
    console.log(
      `footprint: ${names.size} packages beside this one (${directories} directories), ${megabytes.toFixed(1)} MB`,
    );
    expect(names.size).toBeLessThanOrEqual(25);
    expect(names.size).toBeGreaterThan(0);
    expect(megabytes).toBeLessThanOrEqual(35);
  });

  it('has one copy of @opentelemetry/api: two would mean no spans and no message', () => {
    const copies = findPackages(join(app, 'node_modules')).filter(
      ({ name }) => name === '@opentelemetry/api',
    );
    expect(copies).toHaveLength(1);
  });

  it.each([
    ['import', "await import('@do/trace')"],
    ['require', "require('@do/trace')"],
  ])('says how long the first %s takes', (how, load) => {
    const program = `(async () => {
      await import('node:path'); // the module loader itself is Node's cost
      const before = process.cpuUsage();
      const start = performance.now();
      ${load};
      const { user, system } = process.cpuUsage(before);
      console.log(JSON.stringify({ wall: performance.now() - start, cpu: (user + system) / 1000 }));
    })()`;
    const runs = Array.from({ length: 7 }, () => {
      const options = { cwd: app, encoding: 'utf8', env: cleanEnvironment() } as const;
      return JSON.parse(spawnSync(process.execPath, ['-e', program], options).stdout) as {
        wall: number;
        cpu: number;
      };
    });
    const wall = median(runs.map(each => each.wall));
    const cpu = median(runs.map(each => each.cpu));
    console.log(
      `first ${how}: ${wall.toFixed(1)} ms, ${cpu.toFixed(1)} ms of processor time (median of 7; bound 60 ms on a quiet machine)`,
    );
    // Printed and not compared: a busy machine would make this test fail for no fault of the package.
    expect(wall).toBeGreaterThan(0);
  });
});

describe('@do/trace/analysis', () => {
  it('reaches neither Node nor OpenTelemetry, so that it runs in a browser', () => {
    const seen = new Set<string>();
    const outside: string[] = [];
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const specifier of specifiersOf(readFileSync(file, 'utf8'))) {
        if (specifier.startsWith('.')) visit(join(dirname(file), specifier));
        else outside.push(`${file} imports ${specifier}`);
      }
    };
    visit(join(ROOT, 'dist/esm/analysis/index.js'));
    expect(seen.size).toBeGreaterThan(1);
    expect(outside).toEqual([]);
  });
});

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function specifiersOf(code: string): string[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g;
  return [...code.matchAll(pattern)].map(match => match[2] ?? '');
}

interface InstalledPackage {
  readonly name: string;
  readonly path: string;
}

/** Every package below a node_modules directory, nested copies included. */
function findPackages(nodeModules: string): InstalledPackage[] {
  if (!existsSync(nodeModules)) return [];
  return readdirSync(nodeModules)
    .filter(entry => !entry.startsWith('.'))
    .flatMap(entry =>
      entry.startsWith('@')
        ? readdirSync(join(nodeModules, entry)).map(inner => `${entry}/${inner}`)
        : [entry],
    )
    .flatMap(name => {
      const path = join(nodeModules, name);
      return [{ name, path }, ...findPackages(join(path, 'node_modules'))];
    });
}

function footprint(nodeModules: string): { names: Set<string>; directories: number; bytes: number } {
  const packages = findPackages(nodeModules).filter(({ name }) => name !== '@do/trace');
  const files = readdirSync(nodeModules, { recursive: true, withFileTypes: true }).filter(entry =>
    entry.isFile(),
  );
  const bytes = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  return { names: new Set(packages.map(({ name }) => name)), directories: packages.length, bytes };
}

/** Without the settings of whoever runs this: they would change what the programs see. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([key]) => !/^(OTEL_|TRACE|NODE_OPTIONS$|BAGGAGE$|VITEST|NODE_ENV$)/.test(key),
  );
  return Object.fromEntries(entries);
}
