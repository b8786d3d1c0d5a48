import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findLoadedPackages, listLoadedFiles } from '../../../src/instrument/loaded-modules.js';
import { fakeApp } from '../../support/fake-app.js';

const file = (...parts: string[]): string => join('/app', 'node_modules', ...parts);

describe('findLoadedPackages', () => {
  it('returns each name once, sorted', () => {
    const files = [
      file('pg', 'lib', 'index.js'),
      file('express', 'index.js'),
      file('express', 'lib', 'router.js'),
    ];
    expect(findLoadedPackages(['pg', 'express', 'redis', 'pg'], files)).toEqual(['express', 'pg']);
  });

  it('does not confuse packages whose names start alike', () => {
    expect(findLoadedPackages(['pg'], [file('pg-pool', 'index.js'), file('@types', 'pg', 'x.js')])).toEqual(
      [],
    );
  });

  it('finds scoped packages and those in the store of pnpm', () => {
    const stored = file('.pnpm', '@redis+client@5.0.0', 'node_modules', '@redis', 'client', 'index.js');
    expect(findLoadedPackages(['@redis/client'], [stored])).toEqual(['@redis/client']);
  });
});

describe('listLoadedFiles', () => {
  it('contains a file that CommonJS has loaded', () => {
    const application = fakeApp({ 'node_modules/x/index.js': '' });
    const file = join(application, 'node_modules/x/index.js');
    expect(listLoadedFiles()).not.toContain(file);
    createRequire(file)(file);
    expect(listLoadedFiles()).toContain(file);
  });
});
