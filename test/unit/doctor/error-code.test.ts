import { expect, it } from 'vitest';
import { createCodedError, toCodedError } from '../../../src/doctor/error-code.js';

it.each([
  ['a system error', createCodedError('ECONNREFUSED', 'refused'), 'ECONNREFUSED'],
  [
    'an aggregate error',
    new AggregateError([createCodedError('EHOSTUNREACH', 'no route')], 'all failed'),
    'EHOSTUNREACH',
  ],
  ['an error without a code', new Error('odd'), 'ERROR'],
  ['a string', 'odd', 'ERROR'],
])('the code of %s', (_, error, code) => {
  expect(toCodedError(error).code).toBe(code);
});

it('the message is text for any value', () => {
  expect(toCodedError(createCodedError('EPROTO', 'bad alert')).message).toContain('bad alert');
  expect(toCodedError('odd').message).toBe('odd');
});
