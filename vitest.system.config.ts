// The system tests that are vitest's: real processes, real faults. `npm run test:process`, not part of `npm test`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/system/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
