import { expect, it } from 'vitest';
import { createDropEntry, createRetryEntry } from '../../../../src/delivery/send/failure-entry.js';

it.each([
  [createDropEntry, 'drop', /its spans are dropped/],
  [createRetryEntry, 'retry', /sent again/],
] as const)('%o creates an entry whose action agrees with its reason', (create, action, why) => {
  const entry = create([418], 'request_rejected', 'the backend is a teapot', 'Use another backend.');
  expect(entry).toEqual({
    on: [418],
    code: 'request_rejected',
    fact: 'the backend is a teapot',
    fix: 'Use another backend.',
    action,
    why: expect.stringMatching(why),
  });
});
