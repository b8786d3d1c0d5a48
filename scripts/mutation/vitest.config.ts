// The test configuration without its projects: the plugins of createVitest() reach only the root project.
// Every test file gets a new process, because a mutant may leave state behind.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

const { projects: _projects, coverage: _coverage, ...test } = base.test ?? {};

export default defineConfig({
  ...base,
  test: {
    ...test,
    include: ['test/{unit,contract}/**/*.test.ts'],
    setupFiles: [fileURLToPath(new URL('setup.ts', import.meta.url))],
  },
});
