import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';

afterEach(() => void vi.useRealTimers());

it('reads the wall clock', () => {
  const before = Date.now();
  const wallMs = systemClock.wallMs();
  expect(wallMs).toBeGreaterThanOrEqual(before);
  expect(wallMs).toBeLessThanOrEqual(Date.now());
});

it('reads a monotonic clock with sub-millisecond digits', () => {
  const readings = Array.from({ length: 100 }, () => systemClock.monotonicMs());
  expect(readings).toEqual(readings.toSorted((a, b) => a - b));
  expect(readings.some(reading => !Number.isInteger(reading))).toBe(true);
});

it('reports fake timers', () => {
  expect(systemClock.isFaked?.()).toBe(false);
  vi.useFakeTimers();
  expect(systemClock.isFaked?.()).toBe(true);
});
