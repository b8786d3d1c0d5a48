import { describe, expect, test } from 'vitest';
import { findPackage } from '../../../src/config/package-json.js';
import { configHost, type ConfigHostParts } from '../../support/config-host.js';

const find = (parts: ConfigHostParts): unknown => findPackage(configHost(parts));

describe('findPackage', () => {
  test('returns name and version from the nearest package.json above the main script', () => {
    const files = {
      '/app/package.json': '{"name":"root","version":"9.0.0"}',
      '/app/services/orders/package.json': '{"name":"orders","version":"1.4.2"}',
    };
    expect(find({ files, argv1: '/app/services/orders/dist/main.js' })).toEqual({
      name: 'orders',
      version: '1.4.2',
    });
  });

  test('keeps the scope of a name', () => {
    expect(find({ files: { '/app/package.json': '{"name":"@acme/orders"}' } })).toEqual({
      name: '@acme/orders',
    });
  });

  test('skips a package.json without a name, one that is not JSON, and one that is not an object', () => {
    const files = {
      '/app/a/b/c/package.json': '{"type":"module"}',
      '/app/a/b/package.json': '{broken',
      '/app/a/package.json': 'null',
      '/app/package.json': '{"name":"orders","version":7}',
    };
    expect(find({ files, argv1: '/app/a/b/c/main.js' })).toEqual({ name: 'orders' });
  });

  test('resolves a relative main script in the working directory', () => {
    expect(find({ files: { '/app/x/package.json': '{"name":"x"}' }, argv1: 'x/main.js' })).toEqual({
      name: 'x',
    });
  });

  test('a main script in node_modules is a runner, and the service is in the working directory', () => {
    const files = {
      '/app/package.json': '{"name":"shop"}',
      '/app/node_modules/next/package.json': '{"name":"next"}',
    };
    expect(find({ files, argv1: '/app/node_modules/next/dist/bin/next' })).toEqual({ name: 'shop' });
    expect(find({ files, argv1: '/app/node_modules/.bin/next' })).toEqual({ name: 'shop' });
  });

  test('falls back to the working directory, then to undefined', () => {
    const files = { '/app/package.json': '{"name":"shop"}' };
    expect(find({ files, argv1: '/usr/bin/thing.js' })).toEqual({ name: 'shop' });
    expect(find({ files })).toEqual({ name: 'shop' });
    expect(find({ argv1: '/usr/bin/thing.js' })).toBeUndefined();
  });
});
