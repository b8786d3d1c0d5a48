import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import { problemsOf } from '../../support/problems-of.js';

describe('the attributes option', () => {
  it.each([
    { resource: { attributes: { a: 'x', b: 1, c: true, d: ['x'], e: [1, 2] } } },
    { resource: { attributes: {} } },
  ])('accepts %j', options => {
    expect(validateInitOptions(options)).toEqual(options);
  });

  it('converts values of other types to text or JSON, and leaves out null', () => {
    const attributes = {
      at: new Date(0),
      big: 12n,
      object: { a: 1 },
      mixed: [1, 'a'],
      none: null,
      missing: undefined,
    };
    expect(validateInitOptions({ resource: { attributes } })).toEqual({
      resource: {
        attributes: { at: '1970-01-01T00:00:00.000Z', big: '12', object: '{"a":1}', mixed: '[1,"a"]' },
      },
    });
  });

  it.each<[unknown, string]>([
    [{ resource: { attributes: [] } }, 'resource.attributes'],
    [{ resource: { attributes: 'team=shop' } }, 'resource.attributes'],
    [{ resource: { attributes: { 'my.key': () => 0 } } }, 'resource.attributes["my.key"]'],
    [{ resource: { attributes: { k: Symbol('x') } } }, 'resource.attributes.k'],
  ])('refuses %j', (options, path) => {
    expect(problemsOf(() => validateInitOptions(options))).toMatchObject([{ code: 'wrong_type', path }]);
  });

  it('refuses a value whose getter throws', () => {
    const attributes = Object.defineProperty({}, 'k', {
      enumerable: true,
      get() {
        throw new Error('hostile');
      },
    });
    expect(problemsOf(() => validateInitOptions({ resource: { attributes } }))).toMatchObject([
      { code: 'wrong_type', path: 'resource.attributes.k' },
    ]);
  });
});
