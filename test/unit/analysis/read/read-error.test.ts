import { expect, test } from 'vitest';
import { ReadError } from '../../../../src/analysis/index.js';

test('a read error carries its code and the format', () => {
  const error = new ReadError('malformed', 'The input is not valid JSON.', 'otlp-json');
  expect(error).toMatchObject({
    name: 'ReadError',
    message: 'The input is not valid JSON.',
    code: 'malformed',
    format: 'otlp-json',
  });
  expect(error).toBeInstanceOf(Error);
});

test('the format is undefined if none was recognised', () => {
  expect(new ReadError('unknown_format', 'The input is empty.').format).toBeUndefined();
});
