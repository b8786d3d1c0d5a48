import { expect, it, vi } from 'vitest';
import { Hooks } from '../../../../src/instrument/client/hooks.js';

function createHooks() {
  const remove = vi.fn<() => void>();
  const install = vi.fn<() => () => void>(() => remove);
  return { hooks: new Hooks<{ readonly id: number }>(install), install, remove };
}

it('is installed while the instrumentation is enabled', () => {
  const { hooks, install, remove } = createHooks();
  expect([hooks.active, install.mock.calls.length]).toEqual([undefined, 0]);
  const disable = hooks.enable({ id: 1 });
  expect([hooks.active, install.mock.calls.length]).toEqual([{ id: 1 }, 1]);
  expect(remove).not.toHaveBeenCalled();
  disable();
  disable();
  expect(hooks.active).toBeUndefined();
  expect(remove).toHaveBeenCalledOnce();
});

it('is installed again after its removal', () => {
  const { hooks, install, remove } = createHooks();
  hooks.enable({ id: 1 })();
  hooks.enable({ id: 2 });
  expect(install).toHaveBeenCalledTimes(2);
  expect(remove).toHaveBeenCalledOnce();
});

it('has the settings of the last call, which an earlier one does not disable', () => {
  const { hooks, install, remove } = createHooks();
  const disableFirst = hooks.enable({ id: 1 });
  const disableSecond = hooks.enable({ id: 2 });
  disableFirst();
  expect(hooks.active).toEqual({ id: 2 });
  expect(install).toHaveBeenCalledOnce();
  expect(remove).not.toHaveBeenCalled();
  disableSecond();
  expect(remove).toHaveBeenCalledOnce();
});

it('stays installed after disable() until the last open span has ended', () => {
  const { hooks, remove } = createHooks();
  const disable = hooks.enable({ id: 1 });
  hooks.countStart();
  hooks.countStart();
  disable();
  expect(hooks.active).toBeUndefined();
  hooks.countEnd();
  expect(remove).not.toHaveBeenCalled();
  hooks.countEnd();
  expect(remove).toHaveBeenCalledOnce();
});

it('stays installed if it is enabled again before the open spans have ended', () => {
  const { hooks, install, remove } = createHooks();
  const disable = hooks.enable({ id: 1 });
  hooks.countStart();
  disable();
  hooks.enable({ id: 2 });
  hooks.countEnd();
  expect(remove).not.toHaveBeenCalled();
  expect(install).toHaveBeenCalledOnce();
});
