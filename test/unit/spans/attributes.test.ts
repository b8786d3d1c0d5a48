import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseAttributes, normaliseAttributeValue } from '../../../src/spans/attributes.js';

const cyclic: Record<string, unknown> = { name: 'a' };
cyclic.self = cyclic;
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
const throwing = {
  ok: 1,
  get bad(): never {
    throw new Error('no');
  },
};
const revoked = Proxy.revocable({}, {});
revoked.revoke();

describe('normaliseAttributeValue', () => {
  it.each([
    ['text', 'a', 'a'],
    ['empty text', '', ''],
    ['numbers', 1.5, 1.5],
    ['booleans', false, false],
    ['lists of texts', ['a', 'b'], ['a', 'b']],
    ['lists with holes', ['a', null, undefined], ['a', null, undefined]],
    ['empty lists', [], []],
    ['dates, as ISO text', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['big integers, as text', 2n ** 64n, '18446744073709551616'],
    ['URLs, as text', new URL('https://a.example/b?c'), 'https://a.example/b?c'],
    ['errors, as text', new TypeError('no'), 'TypeError: no'],
    ['boxed values', Object('a'), 'a'],
    ['plain objects, as JSON', { a: { b: [1, 'x'] } }, '{"a":{"b":[1,"x"]}}'],
    ['mixed lists, as JSON', [1, 'x', true], '[1,"x",true]'],
    ['lists of dates, as JSON', [new Date(0)], '["1970-01-01T00:00:00.000Z"]'],
    ['maps, as JSON', new Map([['a', 1n]]), '{"a":"1"}'],
    ['sets, as JSON', new Set([1, 2]), '[1,2]'],
    ['errors in an object, as text', { cause: new TypeError('no') }, '{"cause":"TypeError: no"}'],
    ['invalid dates in an object, as null', { at: new Date(Number.NaN) }, '{"at":null}'],
    ['objects with toJSON', { toJSON: () => ({ shown: 1 }) }, '{"shown":1}'],
    ['cycles', cyclic, '{"name":"a","self":"[Circular]"}'],
    ['getters that throw', throwing, '{"ok":1,"bad":"[Throws]"}'],
    ['a key that would change the prototype', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
  ])('converts %s', (_, given, kept) => {
    expect(normaliseAttributeValue(given)).toEqual(kept);
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['functions', () => 1],
    ['symbols', Symbol('a')],
    ['invalid dates', new Date(Number.NaN)],
    ['bytes', Buffer.from('a')],
  ])('does not convert %s', (_, given) => {
    expect(normaliseAttributeValue(given)).toBeUndefined();
  });

  it('limits depth, members and length', () => {
    expect(normaliseAttributeValue(deep(100))).toContain('[…]');
    const wide = normaliseAttributeValue(Array.from({ length: 100_000 }, (_, i) => ({ i })));
    expect(String(wide).length).toBeLessThanOrEqual(16_384);
    expect(String(normaliseAttributeValue({ text: 'x'.repeat(1e6) })).length).toBeLessThanOrEqual(16_384);
  });

  it('does not throw for a toJSON that throws, or for a revoked proxy', () => {
    const bad = {
      toJSON(): never {
        throw new Error('no');
      },
    };
    expect(normaliseAttributeValue(bad)).toBe('[Throws]');
    expect(() => normaliseAttributeValue(revoked.proxy)).not.toThrow();
  });

  it('copies lists', () => {
    const list = ['a'];
    const kept = normaliseAttributeValue(list);
    list.push('b');
    expect(kept).toEqual(['a']);
  });

  it('never throws, and returns a value of a single type, for any value', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), given => {
        const kept = normaliseAttributeValue(given);
        const list = Array.isArray(kept) ? kept : [kept];
        const kinds = new Set(list.filter(one => one !== null && one !== undefined).map(one => typeof one));
        expect(kinds.size).toBeLessThanOrEqual(1);
        for (const kind of kinds) expect(['string', 'number', 'boolean']).toContain(kind);
      }),
    );
  });
});

it.each([
  ['a typed array', new Uint8Array(3), '3 bytes'],
  ['a view', new DataView(new ArrayBuffer(1)), '1 byte'],
  ['an array buffer', new ArrayBuffer(2), '2 bytes'],
])('%s in an object is its number of bytes', (_, body, size) => {
  expect(normaliseAttributeValue({ body })).toBe(`{"body":"[${size}]"}`);
});

describe('normaliseAttributes', () => {
  it('drops the values that cannot be converted, and reports their keys', () => {
    const dropped: string[] = [];
    const given = { a: 1, f: () => 1, nothing: undefined, none: null, '': 'x', d: new Date(0) };
    expect(normaliseAttributes(given, key => dropped.push(key))).toEqual({
      a: 1,
      d: '1970-01-01T00:00:00.000Z',
    });
    expect(dropped).toEqual(['f', '']);
  });

  it('drops an attribute whose getter throws, and keeps the others', () => {
    const dropped: string[] = [];
    expect(normaliseAttributes({ a: 1, b: 2 }, key => dropped.push(key))).toEqual({ a: 1, b: 2 });
    expect(normaliseAttributes(throwing, key => dropped.push(key))).toEqual({ ok: 1 });
    expect(dropped).toEqual(['bad']);
  });

  it('returns no attributes for a value that is not an object', () => {
    for (const given of [null, undefined, 1, 'text', revoked.proxy]) {
      expect(normaliseAttributes(given)).toEqual({});
    }
  });

  it('does not change the prototype of an object', () => {
    const kept = normaliseAttributes(JSON.parse('{"__proto__":["a"]}'));
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
    expect(Object.keys(kept)).toEqual(['__proto__']);
  });
});
