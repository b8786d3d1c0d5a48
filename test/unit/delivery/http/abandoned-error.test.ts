import { expect, it } from 'vitest';
import { createAbandonedError } from '../../../../src/delivery/http/abandoned-error.js';
import { findFailureByError } from '../../../../src/delivery/send/failure-table.js';

it('the error has its own entry in the failure table', () => {
  const error = createAbandonedError() as NodeJS.ErrnoException;
  const entry = findFailureByError({ code: error.code ?? '', message: error.message });
  expect(entry).toMatchObject({ code: 'connection_abandoned', action: 'retry' });
});
