import { expect, test } from 'vitest';
import { createBodyTooLargeError, HttpError } from '../../../src/receiver/http-error.js';

test('an HTTP error has a status, and no headers unless they are given', () => {
  expect(new HttpError(404, 'There is nothing at this path.')).toMatchObject({
    name: 'HttpError',
    status: 404,
    message: 'There is nothing at this path.',
    headers: {},
  });
  expect(new HttpError(405, 'no', { allow: 'GET' }).headers).toEqual({ allow: 'GET' });
});

test('a body over the limit is status 413 with the limit', () => {
  expect(createBodyTooLargeError(1_234)).toMatchObject({
    status: 413,
    message: expect.stringContaining('1234') as string,
  });
});
