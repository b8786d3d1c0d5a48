// Builds the package: ESM and CJS by tsc, the command line by esbuild (what only it needs is bundled in).
// No source maps: they would be more than half of what users install.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
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
// Written by hand as CommonJS and shared by both builds, so tsc does not emit it.
for (const format of ['esm', 'cjs']) {
  mkdirSync(`dist/${format}/instrument`, { recursive: true });
  copyFileSync('src/instrument/packages.cjs', `dist/${format}/instrument/packages.cjs`);
  copyFileSync('src/exporters/otlp-json.cjs', `dist/${format}/exporters/otlp-json.cjs`);
}
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs", "sideEffects": ["./register.js"] }\n');
copyFileSync('src/load.cjs', 'dist/cjs/load.cjs');
// The ESM build starts by the CommonJS one.
writeFileSync(
  'dist/esm/load.cjs',
  readFileSync('src/load.cjs', 'utf8').replace('./start.js', '../cjs/start.js'),
);
// And so do its exporters: init() loads them from there in any case, and two copies would cost time and space.
const exporters = Object.keys(createRequire(import.meta.url)('../dist/cjs/exporters/index.js'));
writeFileSync(
  'dist/esm/exporters/index.js',
  `export { ${exporters.join(', ')} } from '../../cjs/exporters/index.js';\n`,
);

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
