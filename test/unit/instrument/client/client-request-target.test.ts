import type { ClientRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  findRequestHeader,
  readRequestTarget,
} from '../../../../src/instrument/client/client-request-target.js';

interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly protocol?: string;
}

function createRequest(parts: RequestParts = {}): ClientRequest {
  const headers: Record<string, string> = { 'x-id': '1' };
  const usual = { method: 'GET', path: '/a?b=1', host: 'Shop.example', protocol: 'http:' };
  return { ...usual, ...parts, getHeader: (name: string) => headers[name] } as ClientRequest;
}

describe('readRequestTarget', () => {
  it.each<[string, RequestParts, { port?: unknown } | undefined, unknown, string]>([
    ['the port of the connection', {}, { port: 8080 }, 'other:1', 'http://shop.example:8080'],
    ['a port as text', {}, { port: '8080' }, undefined, 'http://shop.example:8080'],
    ['the port of the Host header', {}, undefined, 'virtual.example:81', 'http://shop.example:81'],
    [
      'the Host header, if the port is none',
      {},
      { port: null },
      'virtual.example:81',
      'http://shop.example:81',
    ],
    ['the default port', {}, {}, 'virtual.example', 'http://shop.example'],
    ['the default port of https', { protocol: 'https:' }, {}, undefined, 'https://shop.example'],
    ['no port outside the range', {}, { port: 65_536 }, 'a:0', 'http://shop.example'],
    ['the last port', {}, { port: 65_535 }, undefined, 'http://shop.example:65535'],
    ['a Host header that is a list', {}, undefined, ['a:81'], 'http://shop.example'],
    ['an IPv6 Host header without a port', { host: '::1' }, undefined, '[::1]', 'http://[::1]'],
  ])('reads %s', (_, parts, connection, hostHeader, origin) => {
    expect(readRequestTarget(createRequest(parts), connection, hostHeader)).toMatchObject({
      origin,
      path: '/a?b=1',
    });
  });

  it.each([
    ['http://Target.example:81/x?y=1', 'http://target.example:81'],
    ['https://target.example/x?y=1', 'https://target.example'],
  ])('reads the target of a proxy in the request line %s', (path, origin) => {
    expect(readRequestTarget(createRequest({ path }), { port: 3128 }, undefined)).toMatchObject({
      origin,
      path: '/x?y=1',
    });
  });

  it('is undefined for a request line with an invalid URL', () => {
    expect(readRequestTarget(createRequest({ path: 'http://[' }), { port: 80 }, undefined)).toBeUndefined();
  });

  it('has the proxy as the target of CONNECT, without a path', () => {
    const request = createRequest({ method: 'CONNECT', path: 'api.example:443', host: 'proxy.example' });
    expect(readRequestTarget(request, { port: 3128 }, undefined)).toMatchObject({
      origin: 'http://proxy.example:3128',
      path: '',
    });
  });
});

describe('findRequestHeader', () => {
  it.each<[string, unknown, unknown]>([
    ['the request, without a list', { host: 'unused' }, '1'],
    ['the request, without headers', null, '1'],
    ['a flat list', ['Accept', 'x-id', 'X-Id', '2', 'x-id', '3'], '2'],
    [
      'a list of pairs',
      [
        ['Accept', 'x-id'],
        ['X-ID', ['2', '3']],
      ],
      ['2', '3'],
    ],
    ['a list without the header', ['accept', 'x-id'], undefined],
    ['pairs without the header', [['accept', 'x-id'], 7], undefined],
    ['an empty list', [], undefined],
    ['names that are not text', [7, '1', 'x-id', '2'], '2'],
  ])('reads %s', (_, headers, value) => {
    expect(findRequestHeader(createRequest(), headers, 'x-id')).toEqual(value);
  });
});
