import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_ENVIRONMENT, readVariables } from '../../support/read-variables.js';

describe('OTEL_RESOURCE_ATTRIBUTES', () => {
  it.each([
    ['a=1,b=x%20y%2Cz%3D,c=', { a: '1', b: 'x y,z=', c: '' }],
    [' a = 1 , b = 2 ', { a: '1', b: '2' }],
    ['a=1,,b=2,', { a: '1', b: '2' }],
    ['a=b=c', { a: 'b=c' }],
    ['my%20key=1', { 'my key': '1' }],
    ['a=1,a=2', { a: '2' }],
  ])('%j', (text, attributes) => {
    expect(readVariables({ OTEL_RESOURCE_ATTRIBUTES: text })).toEqual({ ...EMPTY_ENVIRONMENT, attributes });
  });

  it.each(['a=1,b', 'a=%zz,b=1', '=1'])('%j is discarded as a whole, with one problem', text => {
    const { problems, ...rest } = readVariables({ OTEL_RESOURCE_ATTRIBUTES: text });
    expect(problems).toMatchObject([{ code: 'malformed_variable', path: 'OTEL_RESOURCE_ATTRIBUTES' }]);
    expect({ ...rest, problems: [] }).toEqual(EMPTY_ENVIRONMENT);
  });

  it('the problem has the number of the pair', () => {
    const { problems } = readVariables({ OTEL_RESOURCE_ATTRIBUTES: 'a=1,b' });
    expect(problems[0]?.received).toBe('pair 2 of "a=1,b"');
  });

  it('an encoded list is read back', () => {
    const key = fc.string({ minLength: 1, maxLength: 10 }).filter(text => text !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ maxLength: 10 }), { noNullPrototype: true }), attributes => {
        const text = Object.entries(attributes)
          .map(pair => pair.map(encodeURIComponent).join('='))
          .join(',');
        expect(readVariables({ OTEL_RESOURCE_ATTRIBUTES: text }).attributes).toEqual(attributes);
      }),
    );
  });
});
