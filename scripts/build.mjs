// Builds the package: ESM and CJS by tsc, the command line by esbuild (what only it needs is bundled in).
// No source maps: they would be more than half of what users install.
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

const tsc = config =>
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config], { stdio: 'inherit' });

rmSync('dist', { recursive: true, force: true });
tsc('tsconfig.build.json');
tsc('tsconfig.cjs.json');
// Written by hand as CommonJS, so tsc does not emit it.
for (const file of ['setup/load.cjs', 'instrument/packages.cjs', 'exporters/prometheus/metrics-packages.cjs']) {
  copyFileSync(`src/${file}`, `dist/cjs/${file}`);
}
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs", "sideEffects": ["./register.js"] }\n');
// What needs Node comes to ESM by way of the one CommonJS copy: OpenTelemetry's SDK is CommonJS anyhow, fifty small files load
// in two thirds of the time, and a process in which both ways are used has one facade. The pure entries stay ESM.
for (const entry of ['index', 'sampling', 'exporters/index', 'http/index', 'queue/index', 'testing/index']) {
  const names = Object.keys(createRequire(import.meta.url)(`../dist/cjs/${entry}.js`));
  const up = '../'.repeat(entry.split('/').length);
  writeFileSync(`dist/esm/${entry}.js`, `export { ${names.join(', ')} } from '${up}cjs/${entry}.js';\n`);
}
writeFileSync('dist/esm/register.js', "import '../cjs/register.js';\n");

/** The doctor runs what init() runs: the package's own program, which stands beside the command line and is not bundled again. */
const besides = {
  name: 'besides',
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
    plugins: [besides],
  });
  chmodSync('dist/cli/trace.mjs', 0o755);
}

/**
 * Removes what no entry of package.json leads to: the ESM build starts by the CommonJS one and needs no start of its own,
 * and what only the command line uses is bundled there. Programs and types are followed separately.
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
  // Deepest first, so that a directory is empty once its own are gone.
  const directories = files
    .filter(entry => entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name));
  for (const directory of directories.sort((a, b) => b.length - a.length)) {
    if (readdirSync(directory).length === 0) rmdirSync(directory);
  }
}

/** Adds a file and all that it loads by relative path; one that is not there is an error of the build. */
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
