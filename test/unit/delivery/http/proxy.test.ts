import { describe, expect, it } from 'vitest';
import { resolveProxy, createProxyHeaders, findUnusableProxy } from '../../../../src/delivery/http/proxy.js';

describe('the proxy', () => {
  const http = new URL('http://collector.test:4318/v1/traces');
  const https = new URL('https://api.honeycomb.io/v1/traces');
  const ipv6 = new URL('http://[::1]:4318/v1/traces');
  it.each([
    [http, {}, undefined],
    [http, { HTTP_PROXY: 'http://p:8080' }, 'http://p:8080/'],
    [http, { http_proxy: 'p:8080' }, 'http://p:8080/'],
    [http, { HTTPS_PROXY: 'http://p:8080' }, undefined],
    [http, { HTTP_PROXY: 'http://p:8080', REQUEST_METHOD: 'GET' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080' }, 'http://p:8080/'],
    [https, { ALL_PROXY: 'http://p:8080' }, 'http://p:8080/'],
    [https, { HTTPS_PROXY: 'socks5://p:1080' }, undefined],
    [https, { HTTPS_PROXY: '::::' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: '*' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: 'honeycomb.io' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', no_proxy: 'localhost, .honeycomb.io' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: 'neycomb.io' }, 'http://p:8080/'],
    [http, { HTTP_PROXY: 'http://p:8080', NO_PROXY: 'collector.test:4318' }, undefined],
    [http, { HTTP_PROXY: 'http://p:8080', NO_PROXY: 'collector.test:80' }, 'http://p:8080/'],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: '*.honeycomb.io' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: 'api.honeycomb.io:443' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: 'API.HONEYCOMB.IO' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', https_proxy: 'http://q:8080' }, 'http://q:8080/'],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: ' , . ' }, 'http://p:8080/'],
    [ipv6, { HTTP_PROXY: 'http://p:8080', NO_PROXY: '[::1]:4318' }, undefined],
    [ipv6, { HTTP_PROXY: 'http://p:8080', NO_PROXY: '[::2]' }, 'http://p:8080/'],
  ])('of %s with %j is %s', (url, env, proxy) => {
    expect(resolveProxy(url, env)?.href).toBe(proxy);
  });
});

describe('an unusable proxy', () => {
  const url = new URL('https://api.honeycomb.io/v1/traces');
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: 'http://p:8080' }, undefined],
    [{ HTTPS_PROXY: 'socks5://p:1080' }, 'socks5://p:1080'],
    [{ ALL_PROXY: '::::' }, '::::'],
    [{ HTTPS_PROXY: 'socks5://p:1080', NO_PROXY: '*' }, undefined],
  ])('with %j is %s', (env, address) => {
    expect(findUnusableProxy(url, env)).toBe(address);
  });
});

describe('Proxy-Authorization', () => {
  it.each([
    ['http://ann:pa55@proxy:3128', 'ann:pa55'],
    ['http://ann:p%40ss@proxy:3128', 'ann:p@ss'],
    ['http://ann:100%@proxy:3128', 'ann:100%'],
    ['http://ann@proxy:3128', 'ann:'],
  ])('for %s has the decoded user and password', (proxy, user) => {
    const encoded = Buffer.from(user).toString('base64');
    expect(createProxyHeaders(new URL(proxy))).toEqual({ 'Proxy-Authorization': `Basic ${encoded}` });
  });

  it('is absent for a proxy without a user', () => {
    expect(createProxyHeaders(new URL('http://proxy:3128'))).toEqual({});
  });
});
