// Creates the tail sampler of the options, with the clock and the timers of the system.

import type { ResolvedSample } from '../config/index.js';
import { systemClock } from '../core/clock.js';
import { globalState } from '../core/global-state.js';
import { systemTimers } from '../core/timers.js';
import type { SpanBuffer } from '../spans/span-buffer.js';
import { TailSampler } from '../sampling/tail/tail-sampler.js';
import type { TraceOverrides } from '../sampling/trace-overrides.js';

/**
 * Creates a tail sampler.
 *
 * @param keep the policy and the bounds of `sample.keep`
 * @param buffers one for each output that takes the spans of kept traces
 * @param overrides the traces for which the application called `trace.keep()` or `trace.drop()`
 */
export function createTailSampler(
  { maxBytes, maxTraces, maxWaitMs, ...policy }: ResolvedSample['keep'],
  buffers: readonly SpanBuffer[],
  overrides?: TraceOverrides,
): TailSampler {
  return new TailSampler({
    policy,
    maxBytes,
    maxTraces,
    maxWaitMs,
    buffers,
    overrideOf: traceId => overrides?.get(traceId),
    clock: systemClock,
    after: (ms, callback) => systemTimers.after(ms, callback),
    onFirstEviction: diagnostic => globalState.diagnostics.report('warn', diagnostic),
  });
}
