import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InheritedContextManager } from '../../../src/context/inherited-context-manager.js';

const KEY = createContextKey('inherited');
const inherited = ROOT_CONTEXT.setValue(KEY, 'from the parent process');

describe('the inherited context manager', () => {
  let manager: InheritedContextManager;
  beforeEach(() => {
    manager = new InheritedContextManager(inherited).enable();
  });
  afterEach(() => void manager.disable());

  it('has the inherited context outside of every with, also after a turn of the event loop', async () => {
    expect(manager.active()).toBe(inherited);
    await new Promise(resolve => setImmediate(resolve));
    expect(manager.active()).toBe(inherited);
  });

  it('has the given context inside of with, and passes this and arguments on', async () => {
    const inner = ROOT_CONTEXT.setValue(KEY, 'inner');
    const result = manager.with(
      inner,
      async function add(this: { base: number }, a: number, b: number) {
        await Promise.resolve();
        return [this.base + a + b, manager.active().getValue(KEY)];
      },
      { base: 1 },
      2,
      3,
    );
    expect(await result).toEqual([6, 'inner']);
    expect(manager.active()).toBe(inherited);
  });

  it('does not inherit into an explicit root context', () => {
    expect(manager.with(ROOT_CONTEXT, () => manager.active().getValue(KEY))).toBeUndefined();
  });
});
