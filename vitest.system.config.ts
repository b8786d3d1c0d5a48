// The system tests that run in vitest, with real processes and faults: `npm run test:process` after `npm run build`. They are not
// part of `npm test`. Files run one after the other, because concurrent tests would disturb processes that are killed or timed.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    // A limit for hangs only, which a slow or busy machine does not reach.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
