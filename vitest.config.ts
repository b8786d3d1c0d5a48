import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

// These tests leave no state behind: no global registration, no patched module. They share one process per worker, which loads
// each module once. With a process per file, loading took most of the time. The other tests get a process per file.
const SHARED_FOLDERS = [
  'analysis',
  'cli',
  'config',
  'context',
  'core',
  'delivery',
  'doctor',
  'engine',
  'exporters',
  'propagation',
  'protobuf',
  'queue',
  'receiver',
  'redact',
  'sampling',
  'spans',
  'testing',
  'w3c',
];
const SHARED_CONTRACTS = 'test/contract/{carrier,delivery,exporter,queue-adapter,sampler}.test.ts';

// These tests register globals and patch modules, and restore them. They share processes with each other only.
const RESTORING_FOLDERS = ['http', 'instrument', 'setup', 'span'];

// These need a process in which nothing was registered or patched before.
const FRESH = [
  'instrument/api-copies',
  'instrument/builtin-modules',
  'instrument/own-instrumentation',
  'instrument/client/trace-client-requests',
  'setup/pipeline-output',
  'setup/resource',
].map(name => `test/unit/${name}.test.ts`);

const inFolders = (folders: readonly string[]): string[] =>
  folders.map(folder => `test/unit/${folder}/**/*.test.ts`);

// Per cent of statements, branches, functions and lines that the tests of `npm run test:coverage` reach, by folder of src/. A lower
// figure fails, so a change that removes tests is seen.
const COVERAGE_FLOORS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  analysis: [99, 96, 100, 99],
  cli: [99, 97, 100, 100],
  config: [99, 99, 100, 99],
  context: [100, 100, 100, 100],
  core: [99, 96, 99, 99],
  delivery: [99, 94, 99, 99],
  doctor: [98, 97, 97, 99],
  engine: [97, 96, 96, 98],
  exporters: [99, 95, 97, 99],
  http: [97, 96, 98, 98],
  instrument: [98, 97, 99, 99],
  propagation: [99, 98, 100, 100],
  protobuf: [100, 96, 100, 100],
  queue: [98, 96, 99, 99],
  receiver: [99, 94, 97, 100],
  redact: [99, 97, 99, 99],
  sampling: [99, 97, 100, 99],
  setup: [94, 91, 89, 94],
  span: [99, 95, 98, 99],
  spans: [99, 97, 100, 100],
  testing: [100, 100, 100, 100],
  w3c: [100, 96, 100, 100],
};

const thresholds = Object.fromEntries(
  Object.entries(COVERAGE_FLOORS).map(([folder, [statements, branches, functions, lines]]) => [
    `src/${folder}/**`,
    { statements, branches, functions, lines },
  ]),
);

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
      {
        extends: true,
        test: { name: 'shared', include: [...inFolders(SHARED_FOLDERS), SHARED_CONTRACTS], isolate: false },
      },
      {
        extends: true,
        test: { name: 'restoring', include: inFolders(RESTORING_FOLDERS), exclude: FRESH, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: [
            'test/{contract,package,docs}/**/*.test.ts',
            'test/unit/*.test.ts',
            `test/unit/!(${[...SHARED_FOLDERS, ...RESTORING_FOLDERS].join('|')})/**/*.test.ts`,
            ...FRESH,
          ],
          exclude: [SHARED_CONTRACTS],
        },
      },
    ],
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.d.cts', 'src/cli/main.ts', 'src/register.ts'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: 'node_modules/.coverage',
      thresholds,
    },
  },
});
