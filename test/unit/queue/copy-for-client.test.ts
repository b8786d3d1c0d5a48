import { expect, it } from 'vitest';
import { copyForClient } from '../../../src/queue/copy-for-client.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

it('returns the copy', () => {
  expect(copyForClient('test', () => ({ a: 1 }))).toEqual({ a: 1 });
});

it('returns undefined if the copy throws, and reports that', () => {
  const fail = (): never => {
    throw new Error('hostile');
  };
  const captured = captureDiagnostics(() => expect(copyForClient('test', fail)).toBeUndefined());
  expect(captured).toMatchObject([
    { code: 'callback_failed', source: 'copying the options of a test message' },
  ]);
});
