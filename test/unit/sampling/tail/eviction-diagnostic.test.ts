import { expect, it } from 'vitest';
import { createEvictionDiagnostic } from '../../../../src/sampling/tail/eviction-diagnostic.js';

it('the diagnostic of an eviction has both limits and the options that raise them', () => {
  const { code, message, fix, source } = createEvictionDiagnostic({ maxTraces: 1, maxBytes: 4096 });
  expect([code, source]).toEqual(['tail_evicted', 'sample.keep']);
  expect(message).toContain('(1 trace, 4096 bytes)');
  expect(fix).toContain('sample.keep.maxBytes or sample.keep.maxTraces');
});
