import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemTimers } from '../../../src/core/timers.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  // First the spies: restored later, they would bring back the fake timers.
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('runs a function once after the delay', () => {
  const fn = vi.fn<() => void>();
  systemTimers.after(100, fn);
  vi.advanceTimersByTime(99);
  expect(fn).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(fn).toHaveBeenCalledOnce();
});

it('does not run a cancelled function', () => {
  const fn = vi.fn<() => void>();
  systemTimers.after(100, fn)();
  vi.advanceTimersByTime(1_000);
  expect(fn).not.toHaveBeenCalled();
});

it('does not run at once for a delay that is longer than Node allows', () => {
  const fn = vi.fn<() => void>();
  systemTimers.after(2 ** 31, fn);
  vi.advanceTimersByTime(1_000);
  expect(fn).not.toHaveBeenCalled();
});

it.each([
  [undefined, false],
  [false, false],
  [true, true],
])('keepAlive %s: the timer keeps the process alive: %s', (keepAlive, expected) => {
  const setTimeout = vi.spyOn(globalThis, 'setTimeout');
  systemTimers.after(100, () => {}, keepAlive);
  const timer = setTimeout.mock.results[0]?.value as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(expected);
});
