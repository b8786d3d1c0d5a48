import { expect, it, vi } from 'vitest';
import { globalState, LAYOUT } from '../../../src/core/global-state.js';

it('is one object for every copy of this package in the process', async () => {
  vi.resetModules();
  const copy = await import('../../../src/core/global-state.js');
  expect(copy.globalState).toBe(globalState);
});

it('is on globalThis under a registered symbol with the number of its layout, and not enumerable', () => {
  const key = Symbol.for(`@do/trace/${LAYOUT}`);
  expect((globalThis as { [key: symbol]: unknown })[key]).toBe(globalState);
  expect(Object.getOwnPropertyDescriptor(globalThis, key)).toMatchObject({
    enumerable: false,
    writable: false,
  });
});

it('has no tracer before init()', () => {
  expect(globalState).toMatchObject({ tracer: undefined, lifecycle: undefined, handle: undefined });
});
