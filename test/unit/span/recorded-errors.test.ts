// The ESM and the CommonJS build in one process are two copies of every module; what they remember of errors is one.

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterAll(() => tracing.stop());

it.each([new Error('passing through'), 'a thrown string'])(
  'an error that passes both copies is told once: %s',
  async error => {
    vi.resetModules();
    const { trace: other } = await import('../../../src/span/trace.js');
    expect(other).not.toBe(trace);
    for (const [outer, inner] of [
      [trace, other],
      [other, trace],
    ] as const) {
      tracing.reset();
      expect(() =>
        outer.span('outer', () =>
          inner.span('inner', () => {
            throw error;
          }),
        ),
      ).toThrow();
      expect([tracing.span('inner').events.length, tracing.span('outer').events.length]).toEqual([1, 0]);
    }
  },
);
