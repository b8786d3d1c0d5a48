import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { getErrorCode } from '../../../src/core/error-code.js';

it('is read from an error of the operating system', () => {
  let caught: unknown;
  try {
    readFileSync('/nonexistent/file');
  } catch (error) {
    caught = error;
  }
  expect(getErrorCode(caught)).toBe('ENOENT');
});

it.each([undefined, null, 'text', new Error('without a code'), { code: 7 }])('is undefined for %s', value => {
  expect(getErrorCode(value)).toBeUndefined();
});
