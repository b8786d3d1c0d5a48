// trace.keep() and trace.drop(): a trace is kept whole or not at all within the process, so an override that comes too late
// has no effect.

import type { Span } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { hasEndedSpans } from '../engine/index.js';
import type { TailSampler } from '../sampling/tail/tail-sampler.js';
import type { TraceOverride, TraceOverrides } from '../sampling/trace-overrides.js';
import { isSampled } from '../spans/trace-flags.js';

/**
 * Applies an override to the local trace of a span.
 *
 * @param span a span of the trace
 * @param override the decision of the application
 * @param overrides stores it
 * @param tail the tail sampler that buffers the trace, if there is one
 * @returns whether the override holds for all spans of the trace in this process
 */
export function overrideSampling(
  span: Span,
  override: TraceOverride,
  overrides: TraceOverrides,
  tail: TailSampler | undefined,
): boolean {
  const { traceId, traceFlags } = span.spanContext();
  const holds =
    tail === undefined
      ? overrideHead(span, override, overrides)
      : overrideTail(traceId, traceFlags, override, overrides, tail);
  if (!holds) reportTooLate(override, tail !== undefined);
  return holds;
}

/** Without a tail sampler, spans are exported when they end. */
function overrideHead(span: Span, override: TraceOverride, overrides: TraceOverrides): boolean {
  const { traceId, traceFlags } = span.spanContext();
  const current = overrides.get(traceId);
  if (!isSampled({ traceFlags })) return override === 'drop';
  const isDropped = current === 'drop';
  if (isDropped === (override === 'drop')) return true;
  // A span that has ended was exported, or was not.
  if (hasEndedSpans(span)) return false;
  overrides.set(traceId, override);
  return true;
}

function overrideTail(
  traceId: string,
  traceFlags: number,
  override: TraceOverride,
  overrides: TraceOverrides,
  tail: TailSampler,
): boolean {
  if (tail.isPending(traceId)) {
    overrides.set(traceId, override);
    return true;
  }
  const isKept = tail.isKept(traceId) ?? isSampled({ traceFlags });
  return isKept === (override === 'keep');
}

function reportTooLate(override: TraceOverride, hasTail: boolean): void {
  const name = `trace.${override}()`;
  globalState.diagnostics.reportOnce(`too-late:${override}`, 'warn', {
    code: 'override_too_late',
    message: `${name} was called when the trace could not be ${override === 'keep' ? 'kept' : 'dropped'} as a whole, and had no effect`,
    why: 'Spans of the trace have ended and were exported or discarded.',
    fix: hasTail
      ? 'Call it before the local root ends.'
      : `Set the option sample.keep ({} is enough): traces are then buffered until the local root ends. Or call ${name} before other spans end.`,
    source: `trace.${override}`,
  });
}
