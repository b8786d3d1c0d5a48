import { expect, it } from 'vitest';
import { omitUndefined } from '../../../src/core/omit-undefined.js';

it('omitUndefined removes properties with the value undefined and keeps other falsy values', () => {
  const object = { a: undefined, b: null, c: 0, d: '', e: false, f: 1 };
  expect(omitUndefined(object)).toStrictEqual({ b: null, c: 0, d: '', e: false, f: 1 });
  expect(object).toHaveProperty('a');
});
