import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

// Their tests leave no state behind: no global registration, no patched module. They share one process per worker, which
// loads each module once; with a process per file, loading took most of the time.
const SHARED = [
  'analysis',
  'cli',
  'config',
  'core',
  'protobuf',
  'receiver',
  'redact',
  'sampling',
  'spans',
  'w3c',
].map(folder => `test/unit/${folder}/**/*.test.ts`);

export default defineConfig({
  resolve: {
    alias: [
      // The built loader requires a CommonJS file, which does not exist in the sources.
      { find: /^\.\/load\.cjs$/, replacement: src('setup/start.ts') },
      { find: /^@do\/trace$/, replacement: src('index.ts') },
      { find: /^@do\/trace\/sampling$/, replacement: src('sampling.ts') },
      { find: /^@do\/trace\/(exporters|analysis|http|queue|w3c|testing)$/, replacement: src('$1/index.ts') },
    ],
  },
  test: {
    // The default is one worker less than processors.
    maxWorkers: '100%',
    // Limits for hangs only. A busy machine takes several times as long as a quiet one.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    unstubEnvs: true,
    // `npm run types` compiles the type tests with everything else.
    projects: [
      { extends: true, test: { name: 'shared', include: SHARED, isolate: false } },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ['test/{unit,contract,package,docs}/**/*.test.ts'],
          exclude: SHARED,
        },
      },
    ],
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.d.cts', 'src/cli/main.ts', 'src/register.ts'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: 'node_modules/.coverage',
    },
  },
});
