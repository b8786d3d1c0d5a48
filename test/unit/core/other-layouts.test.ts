import { afterEach, describe, expect, it, vi } from 'vitest';
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
async function load(): Promise<typeof import('../../../src/core/other-layouts.js')> {
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

describe('reportOtherLayouts', () => {
  it('reports the other copies once', async () => {
    const { reportOtherLayouts, describeOtherLayouts } = await load();
    expect(captureDiagnostics(reportOtherLayouts)).toEqual([]);
    expect(describeOtherLayouts()).toBeUndefined();
    addGlobal(Symbol.for(`@do/trace/${LAYOUT + 1}`));
    const captured = captureDiagnostics(() => {
      reportOtherLayouts();
      reportOtherLayouts();
    });
    expect(captured).toEqual([{ level: 'warn', ...describeOtherLayouts() }]);
    expect(captured).toMatchObject([{ code: 'other_layout', source: '@do/trace' }]);
  });
});
