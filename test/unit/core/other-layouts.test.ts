import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as otherLayouts from '../../../src/core/other-layouts.js';
import { LAYOUT } from '../../../src/core/global-state.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const keys = new Set<symbol>();
afterEach(() => {
  for (const key of keys) Reflect.deleteProperty(globalThis, key);
  keys.clear();
});

/** Adds a property of globalThis as another copy does. */
function addGlobal(key: symbol): void {
  keys.add(key);
  Object.defineProperty(globalThis, key, { value: {}, configurable: true });
}

/** Loads a fresh copy of the module, because it reports once in a process. */
async function load(): Promise<typeof otherLayouts> {
  vi.resetModules();
  return import('../../../src/core/other-layouts.js');
}

describe('findOtherLayouts', () => {
  it('finds the numbers of the other copies, and 0 for a version before the first number', async () => {
    const { findOtherLayouts } = await load();
    expect(findOtherLayouts()).toEqual([]);
    addGlobal(Symbol.for(`@do/trace/${LAYOUT + 1}`));
    addGlobal(Symbol.for('@do/trace'));
    expect(findOtherLayouts().sort()).toEqual([0, LAYOUT + 1]);
  });

  it.each([
    Symbol.for('@do/trace.exit'),
    Symbol.for('@do/trace/patched'),
    Symbol.for('@do/trace/1/x'),
    Symbol('@do/trace/9'),
  ])('does not take %s for the state of a copy', async key => {
    const { findOtherLayouts } = await load();
    addGlobal(key);
    expect(findOtherLayouts()).toEqual([]);
  });
});

describe('reportOtherLayout', () => {
  it('reports once that a provider belongs to a copy with another layout', async () => {
    const { markProvider, reportOtherLayout } = await load();
    const provider = {};
    markProvider(provider);
    addGlobal(Symbol.for(`@do/trace/${LAYOUT + 1}`));
    const captured = captureDiagnostics(() => {
      expect(reportOtherLayout(provider)).toBe(true);
      expect(reportOtherLayout(provider)).toBe(true);
    });
    expect(captured).toMatchObject([{ level: 'warn', code: 'other_layout', source: '@do/trace' }]);
  });

  it('does not report the provider of another library, or one without another layout', async () => {
    const { markProvider, reportOtherLayout } = await load();
    const provider = {};
    markProvider(provider);
    const captured = captureDiagnostics(() => {
      expect(reportOtherLayout(provider)).toBe(false);
      addGlobal(Symbol.for('@do/trace'));
      expect(reportOtherLayout({})).toBe(false);
    });
    expect(captured).toEqual([]);
  });
});
