import { expect, it } from 'vitest';
import { formatText, formatValue } from '../../../src/core/format-value.js';

it.each([
  ['text', '"text"'],
  [5, '5'],
  [Number.NaN, 'NaN'],
  [true, 'true'],
  [10n ** 80n, `${'1'.padEnd(60, '0')}n`],
  [undefined, 'nothing'],
  [null, 'null'],
  [{ password: 'hunter2' }, 'an object'],
  [[1], 'an object'],
  [() => {}, 'a function'],
  [Symbol('s'), 'a symbol'],
])('formats %o', (value, text) => {
  expect(formatValue(value)).toBe(text);
});

it('reads no property of an object', () => {
  const hostile = new Proxy({}, { get: () => expect.unreachable() });
  expect(formatValue(hostile)).toBe('an object');
});

it('cuts text at 60 characters and keeps it on one line', () => {
  expect(formatText('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`);
  expect(formatText('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
  expect(formatText('a\nb')).toBe('"a\\nb"');
});

it('masks user info and query values of URLs', () => {
  expect(formatText('https://ann:secret@host/?key=abc')).toBe('"https://***@host/?key=***"');
});
