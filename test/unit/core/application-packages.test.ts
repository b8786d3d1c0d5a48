import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createRequireIn,
  listApplicationDirectories,
  resolvePackage,
} from '../../../src/core/application-packages.js';
import { fakeApp } from '../../support/fake-app.js';

describe('resolvePackage', () => {
  const createApplication = (): string =>
    fakeApp({
      'node_modules/shared/index.js': '',
      'services/orders/node_modules/own/index.js': '',
      'services/orders/node_modules/shared/index.js': '',
    });

  it('looks in each directory and in those above it', () => {
    const application = createApplication();
    const billing = join(application, 'services/billing');
    mkdirSync(billing);
    expect(resolvePackage('shared', [billing])).toBe(join(application, 'node_modules/shared/index.js'));
  });

  it('prefers the first directory that can resolve the package', () => {
    const application = createApplication();
    const orders = join(application, 'services/orders');
    expect(resolvePackage('shared', [orders, application])).toContain('services');
    expect(resolvePackage('shared', [application, orders])).not.toContain('services');
    expect(resolvePackage('own', [application, orders])).toBe(join(orders, 'node_modules/own/index.js'));
  });

  it('returns undefined for a package that is not installed', () => {
    expect(resolvePackage('nowhere', [createApplication()])).toBeUndefined();
    expect(resolvePackage('shared', [])).toBeUndefined();
  });
});

describe('createRequireIn', () => {
  it('loads as a module in the directory does', () => {
    const application = fakeApp({ 'node_modules/x/index.js': 'exports.from = __dirname;' });
    expect(createRequireIn(application)('x')).toEqual({ from: join(application, 'node_modules/x') });
  });
});

describe('listApplicationDirectories', () => {
  it('ends with the working directory and has no duplicates', () => {
    const directories = listApplicationDirectories();
    expect(directories).toContain(process.cwd());
    expect(new Set(directories).size).toBe(directories.length);
  });
});
