import { describe, expect, it } from 'vitest';
import { deriveTemplate, matchesTemplate } from '../../../../src/redact/cache/template.js';

describe('a template', () => {
  it('is the common text of two values, up to the edge of a key or a token', () => {
    expect(deriveTemplate('https://a.example/orders/17?x=1', 'https://a.example/orders/188?x=1')).toEqual({
      head: 'https://a.example/orders/',
      tail: '?x=1',
    });
    expect(deriveTemplate('/users/12/orders', '/users/129/orders')).toEqual({
      head: '/users/',
      tail: '/orders',
    });
    expect(deriveTemplate('expand=items&page=1', 'expand=items&page=2')).toEqual({
      head: 'expand=items&page=',
      tail: '',
    });
    // Without `=1` as the tail, because it may be the end of another key: `/pin=1`.
    expect(deriveTemplate('https://a.example/aa=1', 'https://a.example/ba=1')).toEqual({
      head: 'https://a.example/',
      tail: '',
    });
    // `https://` is no head, because the path is a secret under some hosts.
    expect(deriveTemplate('https://a.example/orders/17', 'https://b.example/orders/17')).toBeUndefined();
    expect(deriveTemplate('order-1', 'order-2')).toBeUndefined();
    // Without a head, the value could begin with a secret.
    expect(deriveTemplate('1/orders/open', '2/orders/open')).toBeUndefined();
    expect(deriveTemplate('/1/orders', '/2/orders')).toEqual({ head: '/', tail: '/orders' });
    expect(deriveTemplate('/a', '/b')).toBeUndefined();
    expect(deriveTemplate('', '')).toBeUndefined();
  });

  it('must be more than half of the first value', () => {
    expect(deriveTemplate('/abc/1234', '/abc/5678')).toEqual({ head: '/abc/', tail: '' });
    expect(deriveTemplate('/abc/12345', '/abc/67890')).toBeUndefined();
  });

  it('of a value and its beginning has no overlap', () => {
    expect(deriveTemplate('/a/a/', '/a/a/a/')).toEqual({ head: '/a/a/', tail: '' });
  });

  it('matches a value that differs in one plain part', () => {
    const template = { head: '/orders/', tail: '?x=1' };
    expect(matchesTemplate(template, '/orders/188?x=1')).toBe(true);
    expect(matchesTemplate(template, '/orders/?x=1')).toBe(true);
    for (const other of [
      '/orders?x=1',
      '/orders/188',
      '/orders/ghp_0123456789abcdef?x=1',
      '/orders/--user?x=1',
      '/orders/a=b?x=1',
      '/orders/a:b@c?x=1',
      '/carts/188?x=1',
      'a/orders/188?x=1',
      '',
      '/orders/1%3D?x=1',
    ]) {
      expect(matchesTemplate(template, other)).toBe(false);
    }
    expect(matchesTemplate({ head: '/a/', tail: '/a/' }, '/a/')).toBe(false);
  });
});
