// Builds the package: ESM and CommonJS with tsc, one declaration file for each entry with rollup, and the command line with
// esbuild, which bundles the packages that only it needs.
// There are no source maps, because they would be more than half of the installed size.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { rollUpDeclarations } from './declarations.mjs';

const tsc = config =>
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config], { stdio: 'inherit' });

rmSync('dist', { recursive: true, force: true });
tsc('tsconfig.build.json');
tsc('tsconfig.cjs.json');
// Written by hand as CommonJS, so tsc does not emit it.
for (const file of [
  'setup/load.cjs',
  'instrument/packages.cjs',
  'exporters/prometheus/metrics-packages.cjs',
]) {
  copyFileSync(`src/${file}`, `dist/cjs/${file}`);
}
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs", "sideEffects": ["./register.js"] }\n');
// The ESM entries that need Node export the names of the CommonJS build: OpenTelemetry's SDK is CommonJS, fifty small files load
// in two thirds of the time, and a process that uses both module systems has one facade. The pure entries stay ESM.
for (const entry of ['index', 'sampling', 'exporters/index', 'http/index', 'queue/index', 'testing/index']) {
  const names = Object.keys(createRequire(import.meta.url)(`../dist/cjs/${entry}.js`));
  const up = '../'.repeat(entry.split('/').length);
  writeFileSync(`dist/esm/${entry}.js`, `export { ${names.join(', ')} } from '${up}cjs/${entry}.js';\n`);
}
writeFileSync('dist/esm/register.js', "import '../cjs/register.js';\n");
for (const entry of entries()) await rollUpDeclarations(entry);
rmSync('dist/types', { recursive: true });

/** The doctor uses the same files as init(), in dist/cjs. They are not bundled into the command line again. */
const externalDoctor = {
  name: 'external-doctor',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\.\/setup\/doctor-entry\.js$/ }, () => ({
      path: '../cjs/setup/doctor-entry.js',
      external: true,
    })),
};

removeUnreachable();

if (existsSync('src/cli/main.ts')) {
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli/trace.mjs',
    bundle: true,
    platform: 'node',
    target: 'node20.6',
    format: 'esm',
    legalComments: 'external',
    external: ['@opentelemetry/*'],
    plugins: [externalDoctor],
  });
  chmodSync('dist/cli/trace.mjs', 0o755);
}

/** The entries of package.json as paths without extension: `exporters/index`. */
function entries() {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  return Object.values(exports)
    .filter(target => typeof target !== 'string')
    .map(target => /^\.\/dist\/esm\/(.+)\.js$/.exec(target.import.default)[1]);
}

/**
 * Removes the files that no entry of package.json reaches: the ESM entries load the CommonJS build, and the command line is
 * bundled. Programs and types are followed separately.
 */
function removeUnreachable() {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const reached = new Set(['dist/cjs/package.json']);
  // Loaded by the command line.
  follow('dist/cjs/setup/doctor-entry.js', reached);
  for (const entry of Object.values(exports)) {
    if (typeof entry === 'string') continue;
    for (const { types, default: program } of Object.values(entry)) {
      follow(join(types), reached);
      follow(join(program), reached);
    }
  }
  const files = readdirSync('dist', { recursive: true, withFileTypes: true });
  for (const entry of files) {
    const file = join(relative('.', entry.parentPath), entry.name);
    if (entry.isFile() && !reached.has(file)) rmSync(file);
  }
  // Deepest first, so that a directory is empty once its subdirectories are removed.
  const directories = files
    .filter(entry => entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name));
  for (const directory of directories.sort((a, b) => b.length - a.length)) {
    if (readdirSync(directory).length === 0) rmdirSync(directory);
  }
}

/** Adds a file and all files that it loads by a relative path. A missing file is an error of the build. */
function follow(file, reached) {
  if (reached.has(file)) return;
  reached.add(file);
  const isTypes = /\.d\.[cm]?ts$/.test(file);
  const specifiers = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])(\.{1,2}\/[^'"\n]+)\1/g;
  for (const [, , specifier] of readFileSync(file, 'utf8').matchAll(specifiers)) {
    const target = isTypes ? specifier.replace(/\.([cm]?)js$/, '.d.$1ts') : specifier;
    follow(join(dirname(file), target), reached);
  }
}
