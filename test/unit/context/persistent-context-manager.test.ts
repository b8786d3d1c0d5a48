import { ROOT_CONTEXT, createContextKey } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { expect, it } from 'vitest';
import { PersistentContextManager } from '../../../src/context/persistent-context-manager.js';

const context = ROOT_CONTEXT.setValue(createContextKey('test'), 1);

it.each([
  ['OpenTelemetry', new AsyncLocalStorageContextManager(), ROOT_CONTEXT],
  ['this package', new PersistentContextManager(), context],
])('after disable() the active context of the manager of %s', async (_, manager, expected) => {
  manager.enable();
  const seen = await manager.with(context, async () => {
    await Promise.resolve();
    manager.disable();
    return manager.active();
  });
  expect(seen).toBe(expected);
  expect(manager.active()).toBe(ROOT_CONTEXT);
});
