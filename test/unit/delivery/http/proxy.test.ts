import { expect, it } from 'vitest';
import { proxyHeaders } from '../../../../src/delivery/http/proxy.js';

it.each([
  ['http://ann:pa55@proxy:3128', 'ann:pa55'],
  ['http://ann:p%40ss@proxy:3128', 'ann:p@ss'],
  ['http://ann:100%@proxy:3128', 'ann:100%'],
  ['http://ann@proxy:3128', 'ann:'],
])('%s: user and password as they are meant', (proxy, user) => {
  const encoded = Buffer.from(user).toString('base64');
  expect(proxyHeaders(new URL(proxy))).toEqual({ 'Proxy-Authorization': `Basic ${encoded}` });
});

it('a proxy without a user gets none', () => {
  expect(proxyHeaders(new URL('http://proxy:3128'))).toEqual({});
});
