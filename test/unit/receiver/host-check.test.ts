import { describe, expect, test } from 'vitest';
import { checkHostAndOrigin, isLoopback, type SenderHeaders } from '../../../src/receiver/host-check.js';
import { HttpError } from '../../../src/receiver/http-error.js';
import { readFixture } from '../../support/otlp-requests.js';
import { JSON_TYPE, useReceiver } from '../../support/receiver-harness.js';

const official = readFixture('official-example-trace.json');
const harness = useReceiver();

describe('requests over HTTP', () => {
  test.each<[string, Record<string, string>]>([
    ['a name that resolves to this machine (DNS rebinding)', { host: 'evil.example' }],
    ['the same name with the port of the receiver', { host: 'evil.example:4318' }],
    ['a name that starts like localhost', { host: 'localhost.evil.example' }],
    ['a name that starts like a loopback address', { host: '127.0.0.1.evil.example' }],
    ['0.0.0.0', { host: '0.0.0.0:4318' }],
    ['a user name before the host', { host: 'localhost@evil.example' }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
    ['an extension', { origin: 'chrome-extension://abcdef' }],
    ['an image on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ])('%s: 403 and no CORS header, on every path', async (_, headers) => {
    for (const response of [
      await harness.send('GET', '/api/v1/traces', headers),
      await harness.postTraces(official, { ...JSON_TYPE, ...headers }),
    ]) {
      expect(response.status).toBe(403);
      expect(Object.keys(response.headers).filter(name => name.startsWith('access-control'))).toEqual([]);
    }
    expect(harness.receiver.store.stats().spans).toBe(0);
  });

  test.each<[string, Record<string, string>]>([
    ['localhost', { host: 'localhost:4318' }],
    ['a name below localhost', { host: 'shop.localhost' }],
    ['IPv6 loopback', { host: '[::1]:4318' }],
    ['a page of this machine', { origin: 'http://localhost:3000' }],
    ['a link that was followed', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('%s: allowed, without a CORS header', async (_, headers) => {
    const response = await harness.send('GET', '/api/v1/traces', headers);
    expect(response.status).toBe(200);
    expect(Object.keys(response.headers).filter(name => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('the check', () => {
  const status = (headers: SenderHeaders, boundHost: string, method = 'POST'): number => {
    try {
      checkHostAndOrigin(method, headers, boundHost);
      return 200;
    } catch (error) {
      if (error instanceof HttpError) return error.status;
      throw error;
    }
  };

  test.each<[string, SenderHeaders, string, number]>([
    ['an address of the network', { host: '192.168.1.5:4318' }, '127.0.0.1', 403],
    ['an address of the network', { host: '192.168.1.5:4318' }, '0.0.0.0', 200],
    ['an IPv6 address', { host: '[fd00::1]:4318' }, '::', 200],
    ['a name', { host: 'build.example:4318' }, '0.0.0.0', 403],
    ['the name that it listens on', { host: 'build.example:4318' }, 'Build.Example', 200],
    ['loopback', { host: 'localhost:4318' }, '0.0.0.0', 200],
    ['a page at an address', { host: 'localhost', origin: 'http://192.168.1.5:3000' }, '0.0.0.0', 200],
    ['a page of another site', { host: 'localhost', origin: 'http://evil.example' }, '0.0.0.0', 403],
    ['no host', {}, '0.0.0.0', 403],
    ['a host with a path', { host: 'localhost/x' }, '127.0.0.1', 403],
    ['a name with a final full stop', { host: 'localhost.:4318' }, '127.0.0.1', 200],
  ])('%s (%j) on a receiver at %s: %i', (_, headers, boundHost, expected) => {
    expect(status(headers, boundHost)).toBe(expected);
  });

  test('a cross-site navigation is allowed by GET only', () => {
    const headers = {
      host: 'localhost',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
    };
    expect([status(headers, '127.0.0.1', 'GET'), status(headers, '127.0.0.1', 'POST')]).toEqual([200, 403]);
  });
});

test.each([
  ['localhost', true],
  ['shop.localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['localhost.example', false],
  ['127.0.0.1.example', false],
  ['', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
