import { describe, expect, it } from 'vitest';
import { getHttpPath } from '../../../src/analysis/http-path.js';

describe('the path shown beside an HTTP method', () => {
  it.each([
    ['the route comes first', { 'http.route': '/orders/:id', 'url.path': '/orders/7' }, '/orders/:id'],
    ['then the path of a server span', { 'url.path': '/orders' }, '/orders'],
    ['then the path of a client span', { 'url.full': 'https://shop.example:8443/pay?card=4711#x' }, '/pay'],
    ['a URL without a path', { 'url.full': 'http://shop.example' }, '/'],
    ['older conventions: http.url', { 'http.url': 'http://shop.example/old' }, '/old'],
    ['older conventions: http.target', { 'http.target': '/target?x=1' }, '/target'],
    ['no known attribute', { 'url.path': 7 }, undefined],
  ])('%s', (_what, attributes, expected) => {
    expect(getHttpPath({ name: 'POST', attributes })).toBe(expected);
  });

  it('spans with another name have no path', () => {
    expect(getHttpPath({ name: 'POST /orders', attributes: { 'url.path': '/orders' } })).toBeUndefined();
    expect(getHttpPath({ name: 'processOrder', attributes: { 'url.path': '/orders' } })).toBeUndefined();
  });

  it('a long path is truncated', () => {
    expect(getHttpPath({ name: 'GET', attributes: { 'url.path': `/${'x'.repeat(10_000)}` } })).toHaveLength(
      120,
    );
  });
});
