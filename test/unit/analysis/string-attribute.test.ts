import { expect, test } from 'vitest';
import { stringAttribute } from '../../../src/analysis/string-attribute.js';

const attributes = { route: '/orders', empty: '', number: 7, list: ['/orders'], nothing: null };

test.each([
  ['route', '/orders'],
  ['empty', undefined],
  ['number', undefined],
  ['list', undefined],
  ['nothing', undefined],
  ['absent', undefined],
])('%s is %s', (key, expected) => {
  expect(stringAttribute(attributes, key)).toBe(expected);
});
