import { describe, expect, it } from 'vitest';
import { withTimeout } from '../../../src/core/with-timeout.js';
import { VirtualTime } from '../../support/virtual-time.js';

describe('withTimeout', () => {
  it('returns the value of work that ends within the limit, and cancels the timer', async () => {
    const timers = new VirtualTime();
    expect(await withTimeout(Promise.resolve(7), 1_000, { timers })).toEqual({
      status: 'fulfilled',
      value: 7,
    });
    expect(timers.keepsAlive).toBe(false);
  });

  it('returns the error of work that rejects, and cancels the timer', async () => {
    const timers = new VirtualTime();
    const reason = new Error('no');
    expect(await withTimeout(Promise.reject(reason), 1_000, { timers })).toEqual({
      status: 'rejected',
      reason,
    });
    expect(timers.keepsAlive).toBe(false);
  });

  it('ends at the limit and not before, and ignores a later rejection', async () => {
    const timers = new VirtualTime();
    let reject: (error: Error) => void = () => undefined;
    const work = new Promise((_, fail) => (reject = fail));
    let result: unknown;
    void withTimeout(work, 1_000, { timers }).then(ended => (result = ended));
    await timers.advance(999);
    expect(result).toBeUndefined();
    await timers.advance(1);
    expect(result).toEqual({ status: 'timeout' });
    reject(new Error('late'));
    await timers.advance(0);
    expect(result).toEqual({ status: 'timeout' });
  });

  it('keeps the process alive while it waits, unless keepAlive is false', () => {
    const timers = new VirtualTime();
    const never = new Promise(() => undefined);
    void withTimeout(never, 1_000, { timers, keepAlive: false });
    expect(timers.keepsAlive).toBe(false);
    void withTimeout(never, 1_000, { timers });
    expect(timers.keepsAlive).toBe(true);
  });

  it('uses the timers of Node by default', async () => {
    expect(await withTimeout(new Promise(() => undefined), 0)).toEqual({ status: 'timeout' });
  });
});
