import { expect, it } from 'vitest';
import { findDescriptor, PropertyShadows } from '../../../src/span/property-shadows.js';

class Base {
  run(): string {
    return 'run';
  }
  get dynamic(): () => string {
    return () => 'dynamic';
  }
}

const loud =
  (original: (...args: unknown[]) => unknown) =>
  (...args: unknown[]): string =>
    `${String(original(...args))}!`;

it('finds own and inherited members without reading them', () => {
  const object = Object.assign(new Base(), { own: 1 });
  expect(findDescriptor(object, 'own')?.value).toBe(1);
  expect(findDescriptor(object, 'run')?.value).toBe(Base.prototype.run);
  expect(typeof findDescriptor(object, 'dynamic')?.get).toBe('function');
  expect(findDescriptor(object, 'missing')).toBeUndefined();
});

it.each(['run', 'dynamic'] as const)('shadows the inherited member %s until it is removed', key => {
  const object = new Base();
  const shadows = new PropertyShadows(object);
  expect(shadows.shadowMethod(key, findDescriptor(object, key) ?? {}, loud)).toBe(true);
  expect((object[key] as () => string)()).toBe(`${key}!`);
  expect(Object.keys(object)).toEqual([]);
  shadows.remove();
  expect((object[key] as () => string)()).toBe(key);
  expect(Object.getOwnPropertyNames(object)).toEqual([]);
});

it('restores an own member with its attributes', () => {
  const object = { run: () => 'own' };
  const before = Object.getOwnPropertyDescriptor(object, 'run');
  const shadows = new PropertyShadows(object);
  shadows.shadowMethod('run', before ?? {}, loud);
  expect([object.run(), Object.keys(object)]).toEqual(['own!', ['run']]);
  shadows.remove();
  expect(Object.getOwnPropertyDescriptor(object, 'run')).toEqual(before);
});

it('leaves what the application has written in the meantime', () => {
  const object = new Base();
  const shadows = new PropertyShadows(object);
  shadows.shadowMethod('run', findDescriptor(object, 'run') ?? {}, loud);
  object.run = () => 'theirs';
  shadows.remove();
  expect(object.run()).toBe('theirs');
});

it('returns false for an object that does not accept the shadow', () => {
  const fixed = Object.defineProperty({}, 'run', { value: () => 'fixed' });
  const frozen = Object.freeze(new Base());
  for (const object of [fixed, frozen]) {
    const shadows = new PropertyShadows(object);
    expect(shadows.shadowMethod('run', findDescriptor(object, 'run') ?? {}, loud)).toBe(false);
  }
});

it('calls onOther when a getter throws or returns no function', () => {
  const values: unknown[] = [1, new Error('getter')];
  const object = {
    get run(): unknown {
      const value = values.shift();
      if (value instanceof Error) throw value;
      return value;
    },
  };
  let others = 0;
  const shadows = new PropertyShadows(object);
  shadows.shadowMethod('run', findDescriptor(object, 'run') ?? {}, loud, () => others++);
  expect(object.run).toBe(1);
  expect(() => object.run).toThrow('getter');
  expect(others).toBe(2);
});

it.each([
  ['inner', 'outer'],
  ['outer', 'inner'],
] as const)(
  'two shadows of one member, of which the %s one is removed first, leave nothing',
  (first, second) => {
    const object = new Base();
    const shadows = { inner: new PropertyShadows(object), outer: new PropertyShadows(object) };
    for (const name of ['inner', 'outer'] as const) {
      shadows[name].shadowMethod('run', findDescriptor(object, 'run') ?? {}, loud);
    }
    expect(object.run()).toBe('run!!');
    shadows[first].remove();
    shadows[second].remove();
    expect(Object.getOwnPropertyNames(object)).toEqual([]);
  },
);
