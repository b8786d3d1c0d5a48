import { expect, it } from 'vitest';
import { toNodeTlsOptions } from '../../../../src/delivery/http/tls-options.js';

it.each([
  ['no authority', undefined],
  ['one in text', 'PEM'],
  ['one in bytes', Buffer.from('PEM')],
  ['several', ['a', Buffer.from('b')]],
])('the certificate authorities are kept: %s', (_, ca) => {
  const options = ca === undefined ? { cert: 'c' } : { cert: 'c', ca };
  expect(toNodeTlsOptions(options)).toEqual(options);
});

it('an array is copied, because node:tls may change it', () => {
  const ca = ['a'] as const;
  expect(toNodeTlsOptions({ ca }).ca).not.toBe(ca);
});
