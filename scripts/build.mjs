// Builds the package: ESM and CJS by tsc, the command line by esbuild (what only it needs is bundled in).
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
copyFileSync('src/load.cjs', 'dist/cjs/load.cjs');
// The ESM build starts by the CommonJS one.
writeFileSync(
  'dist/esm/load.cjs',
  readFileSync('src/load.cjs', 'utf8').replace('./start.js', '../cjs/start.js'),
);
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs", "sideEffects": ["./register.js"] }\n');

if (existsSync('src/cli/main.ts')) {
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli/trace.mjs',
    bundle: true,
    platform: 'node',
    target: 'node20.6',
    format: 'esm',
    sourcemap: true,
    legalComments: 'external',
    external: ['@opentelemetry/*'],
  });
  chmodSync('dist/cli/trace.mjs', 0o755);
}
