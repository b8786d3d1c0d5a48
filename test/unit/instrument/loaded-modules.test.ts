import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findLoadedPackages } from '../../../src/instrument/loaded-modules.js';

const file = (...parts: string[]): string => join('/app', 'node_modules', ...parts);

describe('modules that were loaded before their instrumentation', () => {
  it('are named once each, sorted', () => {
    const files = [
      file('pg', 'lib', 'index.js'),
      file('express', 'index.js'),
      file('express', 'lib', 'router.js'),
    ];
    expect(findLoadedPackages(['pg', 'express', 'redis', 'pg'], files)).toEqual(['express', 'pg']);
  });

  it('are told from packages whose names only begin alike', () => {
    expect(findLoadedPackages(['pg'], [file('pg-pool', 'index.js'), file('@types', 'pg', 'x.js')])).toEqual([]);
  });

  it('may be scoped, and may lie in the store of pnpm', () => {
    const stored = file('.pnpm', '@redis+client@5.0.0', 'node_modules', '@redis', 'client', 'index.js');
    expect(findLoadedPackages(['@redis/client'], [stored])).toEqual(['@redis/client']);
  });
});
