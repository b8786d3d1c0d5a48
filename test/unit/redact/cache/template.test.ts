import { describe, expect, it } from 'vitest';
import { matchesTemplate, deriveTemplate } from '../../../../src/redact/cache/template.js';

describe('a template', () => {
  it('is what two values have in common, up to where a key or a token can go', () => {
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
    // Not `=1`, behind which another key could be found: `/pin=1`.
    expect(deriveTemplate('https://a.example/aa=1', 'https://a.example/ba=1')).toEqual({
      head: 'https://a.example/',
      tail: '',
    });
    // Not `https://`, as the paths of some hosts are secrets.
    expect(deriveTemplate('https://a.example/orders/17', 'https://b.example/orders/17')).toBeUndefined();
    expect(deriveTemplate('order-1', 'order-2')).toBeUndefined();
    expect(deriveTemplate('/a', '/b')).toBeUndefined();
    expect(deriveTemplate('', '')).toBeUndefined();
  });

  it('fits what differs in one plain piece', () => {
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
      '',
      '/orders/1%3D?x=1',
    ]) {
      expect(matchesTemplate(template, other)).toBe(false);
    }
    expect(matchesTemplate({ head: '/a/', tail: '/a/' }, '/a/')).toBe(false);
  });
});
