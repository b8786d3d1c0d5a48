// The diagnostic of the first eviction.

import type { Diagnostic } from '../../core/diagnostic.js';
import { pluralize } from '../../core/pluralize.js';

/** Creates the diagnostic that is reported when the tail sampler decides a trace early for the first time. */
export function createEvictionDiagnostic({
  maxTraces,
  maxBytes,
}: {
  readonly maxTraces: number;
  readonly maxBytes: number;
}): Diagnostic {
  return {
    code: 'tail_evicted',
    message: `more traces are open than fit into sample.keep (${pluralize(maxTraces, 'trace')}, ${maxBytes} bytes), so the oldest are decided before their end`,
    why: 'They are decided by the spans that have ended so far, else by their ratio.',
    fix: 'Raise sample.keep.maxBytes or sample.keep.maxTraces, or look for spans that never end.',
    source: 'sample.keep',
  };
}
