// Builds the package: tsc compiles, rollup bundles the entries and writes one declaration file for each, and esbuild bundles the
// command line with the packages that only it needs.
// There are no source maps, because they would be more than half of the installed size.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { build } from 'esbuild';
import { bundleCommonJs, bundlePureEsm } from './bundle.mjs';
import { rollUpDeclarations } from './declarations.mjs';

const tsc = config =>
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config], { stdio: 'inherit' });

rmSync('dist', { recursive: true, force: true });
rmSync('build', { recursive: true, force: true });
tsc('tsconfig.build.json');
// The benchmarks and some tests use single modules, which the package does not have.
tsc('tsconfig.cjs.json');
for (const directory of ['build', 'dist']) {
  // Written by hand as CommonJS, so tsc does not emit it.
  for (const file of [
    'setup/load.cjs',
    'instrument/packages.cjs',
    'exporters/prometheus/metrics-packages.cjs',
  ]) {
    mkdirSync(dirname(`${directory}/cjs/${file}`), { recursive: true });
    copyFileSync(`src/${file}`, `${directory}/cjs/${file}`);
  }
  writeFileSync(
    `${directory}/cjs/package.json`,
    '{ "type": "commonjs", "sideEffects": ["./register.js"] }\n',
  );
}
// setup/start is loaded by load.cjs, and setup/doctor-entry by the command line.
await bundleCommonJs([...entries(), 'setup/start', 'setup/doctor-entry']);
await bundlePureEsm();
// The ESM entries that need Node export the names of the CommonJS build: OpenTelemetry's SDK is CommonJS, and a process that
// uses both module systems has one facade. The pure entries stay ESM.
for (const entry of ['index', 'sampling', 'exporters/index', 'http/index', 'queue/index', 'testing/index']) {
  const names = Object.keys(createRequire(import.meta.url)(`../dist/cjs/${entry}.js`));
  const up = '../'.repeat(entry.split('/').length);
  mkdirSync(dirname(`dist/esm/${entry}.js`), { recursive: true });
  writeFileSync(`dist/esm/${entry}.js`, `export { ${names.join(', ')} } from '${up}cjs/${entry}.js';\n`);
}
writeFileSync('dist/esm/register.js', "import '../cjs/register.js';\n");
for (const entry of entries()) await rollUpDeclarations(entry);

/** The doctor uses the same files as init(), in dist/cjs. They are not bundled into the command line again. */
const externalDoctor = {
  name: 'external-doctor',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\.\/setup\/doctor-entry\.js$/ }, () => ({
      path: '../cjs/setup/doctor-entry.js',
      external: true,
    })),
};

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
