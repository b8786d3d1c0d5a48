import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      // In the sources there is no built file to load at once; the tests start from the source itself.
      { find: /^\.\/load\.cjs$/, replacement: src('setup/start.ts') },
      { find: /^@do\/trace$/, replacement: src('index.ts') },
      { find: /^@do\/trace\/sampling$/, replacement: src('sampling.ts') },
      {
        find: /^@do\/trace\/(exporters|analysis|http|queue|w3c|testing)$/,
        replacement: src('$1/index.ts'),
      },
    ],
  },
  test: {
    include: ['test/{unit,contract,package,docs}/**/*.test.ts'],
    typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    // Against hangs: a machine that is slow or busy takes several times as long as one that is not.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    unstubEnvs: true,
  },
});
