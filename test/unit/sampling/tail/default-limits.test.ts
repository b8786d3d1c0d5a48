import { expect, it } from 'vitest';
import { DEFAULT_TAIL_LIMITS } from '../../../../src/sampling/tail/default-limits.js';

it('the default limits are those of the documentation', () => {
  expect(DEFAULT_TAIL_LIMITS).toEqual({ maxBytes: 64 * 1024 * 1024, maxTraces: 100_000, maxWaitMs: 60_000 });
});
