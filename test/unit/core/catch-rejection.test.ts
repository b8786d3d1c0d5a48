import { expect, it } from 'vitest';
import { catchRejection } from '../../../src/core/catch-rejection.js';

it('passes the reason of a rejection on', async () => {
  const reasons: unknown[] = [];
  const promise = Promise.reject(new Error('too late'));
  catchRejection(promise, reason => void reasons.push(reason));
  await promise.catch(() => {});
  expect(reasons).toEqual([new Error('too late')]);
});

it.each([5, 'text', null, undefined, {}, { catch: () => expect.unreachable() }])(
  'does nothing with %o, which is not a promise',
  value => {
    catchRejection(value, () => expect.unreachable());
  },
);
