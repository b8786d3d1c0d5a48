import { expect, test } from 'vitest';
import { getStringAttribute } from '../../../src/analysis/string-attribute.js';

const attributes = { route: '/orders', empty: '', number: 7, list: ['/orders'], nothing: null };

test.each([
  ['route', '/orders'],
  ['empty', undefined],
  ['number', undefined],
  ['list', undefined],
  ['nothing', undefined],
  ['absent', undefined],
])('%s is %s', (key, expected) => {
  expect(getStringAttribute(attributes, key)).toBe(expected);
});
