// The package packed, installed in an empty folder, and run.

import { execFile, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the packed tarball', () => {
  it('contains only the manifest and the files of the field `files`', () => {
    const allowed = [...manifest.files, 'package.json'];
    const unexpected = packed.files.filter(
      file => !allowed.some(entry => file === entry || file.startsWith(`${entry}/`)),
    );
    expect(unexpected).toEqual([]);
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

  it('runs the command line under both of its names', async () => {
    const versions = await Promise.all(
      Object.keys(manifest.bin).map(async name => {
        const program = join(app, 'node_modules/.bin', name);
        return (await run(process.execPath, [program, '--version'], { cwd: app })).stdout;
      }),
    );
    expect(Object.keys(manifest.bin)).toEqual(['trace', 'do-trace']);
    expect(versions[0]).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(versions[1]).toBe(versions[0]);
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
  }, 300_000);

  it('stays small: at most 25 packages beside this one, and 35 MB', () => {
    const { names, directories, bytes, blocks } = footprint(join(app, 'node_modules'));
    const own = footprint(join(app, 'node_modules/@do/trace'));
    const mb = (count: number): string => `${(count / 1_000_000).toFixed(1)} MB`;
    console.log(
      `footprint: ${names.size} packages beside this one (${directories} directories), ${mb(bytes)} in files, ` +
        `${mb(blocks)} as du counts; of these ours ${mb(own.bytes)} and ${mb(own.blocks)}`,
    );
    expect(names.size).toBeLessThanOrEqual(25);
    expect(names.size).toBeGreaterThan(0);
    // The figures of du depend on the blocks of the file system, so they are printed and not compared.
    expect(bytes / 1_000_000).toBeLessThanOrEqual(35);
    expect(own.bytes / 1_000_000).toBeLessThanOrEqual(2);
  });

  it('has one copy of @opentelemetry/api: two would mean no spans and no message', () => {
    const copies = findPackages(join(app, 'node_modules')).filter(
      ({ name }) => name === '@opentelemetry/api',
    );
    expect(copies).toHaveLength(1);
  });

  it('names both files if the application has a copy of @opentelemetry/api that does not find the tracer', async () => {
    const host = install(packed.tarball, join(directory, 'two'), ['@opentelemetry/api@1.9.1']);
    // As in a repository of several packages, which pin different versions of the API.
    const program = `
      require('@do/trace').init({ exporter: [], instrument: false });
      const span = require('@opentelemetry/api').trace.getTracer('mine').startSpan('work');
      console.log(span.isRecording());`;
    const pinned = async (version: string) => {
      const service = install(`@opentelemetry/api@${version}`, join(host, version));
      writeFileSync(join(service, 'main.cjs'), program);
      const env = cleanEnvironment();
      const output = await run(process.execPath, [join(service, 'main.cjs')], { cwd: host, env });
      return { service, ...output };
    };
    const { service, stdout, stderr } = await pinned('1.10.0');
    expect(stdout).toBe('false\n');
    const warnings = stderr.split('\n').filter(line => line.endsWith('[api_copies]'));
    const [warning = ''] = warnings;
    for (const root of [service, host]) {
      expect(warning).toContain(join(root, 'node_modules/@opentelemetry/api/'));
    }
    expect(warnings).toHaveLength(1);

    // No warning for a compatible copy, or for a single copy.
    const older = await pinned('1.8.0');
    expect(older.stdout).toBe('true\n');
    expect(older.stderr).not.toContain('two copies');
    const alone = await run(process.execPath, ['-e', "require('@do/trace').init({ exporter: [] })"], {
      cwd: app,
      env: cleanEnvironment(),
    });
    expect(alone.stderr).not.toContain('two copies');
  }, 300_000);

  it.each([
    ['import', "await import('@do/trace')"],
    ['require', "require('@do/trace')"],
  ])('loads only the facade and the API with the first %s', (how, load) => {
    const program = `(async () => {
      await import('node:path'); // the module loader itself is Node's cost
      const before = process.cpuUsage();
      const start = performance.now();
      ${load};
      const wall = performance.now() - start;
      const { user, system } = process.cpuUsage(before);
      console.log(JSON.stringify({ wall, cpu: (user + system) / 1000, files: Object.keys(require.cache) }));
    })()`;
    const runs = Array.from({ length: 7 }, () => {
      const options = { cwd: app, encoding: 'utf8', env: cleanEnvironment() } as const;
      return JSON.parse(spawnSync(process.execPath, ['-e', program], options).stdout) as {
        wall: number;
        cpu: number;
        files: string[];
      };
    });
    const wall = median(runs.map(each => each.wall));
    const cpu = median(runs.map(each => each.cpu));
    const modules = reachableFrom(join(app, 'node_modules/@do/trace/dist/esm/index.js')).files;
    // require.cache has no ES modules, so the imports of the entry are followed.
    const ours = how === 'import' ? modules.length : runs[0]?.files.filter(isOurs).length;
    console.log(
      `first ${how}: ${wall.toFixed(1)} ms, ${cpu.toFixed(1)} ms of processor time (median of 7; bound 60 ms on a quiet machine), ${ours} files of ours`,
    );
    // Times are printed and not compared, because a busy machine would make this test fail. The loaded packages are compared:
    // OpenTelemetry's SDK alone takes longer to load than the bound.
    const packages = new Set(runs.flatMap(({ files }) => files.filter(file => !isOurs(file)).map(packageOf)));
    expect([...packages]).toEqual(['@opentelemetry/api']);
    // The modules are bundled, because many small files take twice as long.
    expect(ours).toBeGreaterThan(1);
    expect(ours).toBeLessThanOrEqual(12);
  });
});

describe('@do/trace/analysis', () => {
  it('reaches neither Node nor OpenTelemetry, so that it runs in a browser', () => {
    const { files, outside } = reachableFrom(join(ROOT, 'dist/esm/analysis/index.js'));
    expect(files.length).toBeGreaterThan(0);
    expect(outside).toEqual([]);
  });
});

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** Finds the files that a file imports by relative paths, itself included, and their other imports. */
function reachableFrom(entry: string): { files: string[]; outside: string[] } {
  const seen = new Set<string>();
  const outside: string[] = [];
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const specifier of specifiersOf(readFileSync(file, 'utf8'))) {
      if (specifier.endsWith('load.cjs')) continue; // loads the start when init() is called
      if (specifier.startsWith('.')) visit(join(dirname(file), specifier));
      else outside.push(`${file} imports ${specifier}`);
    }
  };
  visit(entry);
  return { files: [...seen], outside };
}

function isOurs(file: string): boolean {
  return file.includes(join('node_modules', '@do', 'trace'));
}

function packageOf(file: string): string {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]?.replace('\\', '/') ?? file;
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

interface Footprint {
  readonly names: Set<string>;
  readonly directories: number;
  /** The sizes of all files. */
  readonly bytes: number;
  /** The blocks of all files and directories on this disk, as `du` counts them. */
  readonly blocks: number;
}

function footprint(directory: string): Footprint {
  const packages = findPackages(directory).filter(({ name }) => name !== '@do/trace');
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  let bytes = 0;
  let blocks = statSync(directory).blocks * 512;
  for (const entry of entries) {
    if (entry.isSymbolicLink()) continue;
    const stat = statSync(join(entry.parentPath, entry.name));
    blocks += stat.blocks * 512;
    if (entry.isFile()) bytes += stat.size;
  }
  return { names: new Set(packages.map(({ name }) => name)), directories: packages.length, bytes, blocks };
}

/** The environment without variables that would affect the programs. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([key]) => !/^(OTEL_|TRACE|NODE_OPTIONS$|BAGGAGE$|VITEST|NODE_ENV$)/.test(key),
  );
  return Object.fromEntries(entries);
}
