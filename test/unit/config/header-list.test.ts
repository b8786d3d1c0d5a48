import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHeaders } from '../../../src/config/header-list.js';

describe('parseHeaders', () => {
  test.each([
    ['a=b', { a: 'b' }],
    ['api-key=abc,x-team=orders', { 'api-key': 'abc', 'x-team': 'orders' }],
    [' A = b , C = d ', { a: 'b', c: 'd' }],
    ['authorization=Basic%20dXNlcjpwYXNz%3D%3D', { authorization: 'Basic dXNlcjpwYXNz==' }],
    ['authorization=Basic dXNlcjpwYXNz==', { authorization: 'Basic dXNlcjpwYXNz==' }],
    ['a=1%2C2', { a: '1,2' }],
    ['a=,b=c', { a: '', b: 'c' }],
    ['a=b,,c=d,', { a: 'b', c: 'd' }],
    ['a=1,A=2', { a: '2' }],
    ['', {}],
  ])('%j', (text, headers) => {
    expect(parseHeaders(text, 'H')).toEqual({ headers, problems: [] });
  });

  test.each(['novalue', '=x', 'a b=c', 'a=%zz', '%zz=a', 'a=x%0d%0aInjected: y', 'a=%F0%9F%98%80', 'ключ=1'])(
    '%j is a problem and left out, the other pairs are used',
    pair => {
      const { headers, problems } = parseHeaders(`first=1,${pair},last=2`, 'H');
      expect(headers).toEqual({ first: '1', last: '2' });
      expect(problems).toMatchObject([{ code: 'malformed_headers', path: 'H' }]);
    },
  );

  test('a problem shows the name of the header but not its value', () => {
    const { problems } = parseHeaders('api-key=secret%zz', 'H');
    expect(problems[0]?.received).toBe('pair 1 (api-key=***)');
  });

  test('a header named __proto__ is a header', () => {
    const { headers } = parseHeaders('__proto__=x', 'H');
    expect(Object.entries(headers)).toEqual([['__proto__', 'x']]);
  });

  test('any text is accepted, and every pair is a header or a problem', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        const { headers, problems } = parseHeaders(text, 'H');
        const pairs = text.split(',').filter(pair => pair.trim() !== '').length;
        return Object.keys(headers).length + problems.length <= pairs;
      }),
    );
  });
});
