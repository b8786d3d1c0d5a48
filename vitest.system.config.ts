// The system tests that are vitest's: real processes, real faults. `npm run test:process` after `npm run build`, not part
// of `npm test`. One file after the other: processes that are killed or timed want the machine for themselves.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    // Against hangs: a machine that is slow or busy takes several times as long as one that is not.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
