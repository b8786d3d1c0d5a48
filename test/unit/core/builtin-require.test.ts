import http from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { createBuiltinRequire } from '../../../src/core/builtin-require.js';

const own = Object.getOwnPropertyDescriptor(process, 'execPath') as PropertyDescriptor;
afterEach(() => {
  Object.defineProperty(process, 'execPath', own);
});

it('loads the modules of Node.js', () => {
  expect(createBuiltinRequire()('http')).toBe(http);
});

it('works if the path of the binary is refused', () => {
  Object.defineProperty(process, 'execPath', {
    configurable: true,
    get(): never {
      throw new Error('Requires read access');
    },
  });
  expect(createBuiltinRequire()('http')).toBe(http);
});
