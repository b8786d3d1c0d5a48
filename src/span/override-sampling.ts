// trace.keep(), trace.drop() and the span option `keep`: decisions of the application about a trace.

import type { Context } from '@opentelemetry/api';
import { getSpan } from '../context/index.js';
import { globalState } from '../core/global-state.js';
import { getActiveSpan } from './active-span.js';
import type { ActiveTracer } from './active-tracer.js';

/** Implements {@link TraceApi.keep}. */
export function keep(): boolean {
  return override('keep');
}

/** Implements {@link TraceApi.drop}. */
export function drop(): boolean {
  return override('drop');
}

/**
 * Applies the option `keep` before a span starts. The trace of a local parent is kept from now on. Any other trace begins in
 * this process with the span, and the returned context keeps it.
 *
 * @param tracer the tracer of the span
 * @param parent the context that holds the parent
 */
export function keepTrace(tracer: ActiveTracer, parent: Context): Context {
  if (tracer.isForeign) {
    reportUnavailable();
    return parent;
  }
  const span = getSpan(parent);
  if (span === undefined || span.spanContext().isRemote === true) return tracer.keepNewTraces(parent);
  globalState.lifecycle?.overrideSampling(span, 'keep');
  return parent;
}

function override(decision: 'keep' | 'drop'): boolean {
  const span = getActiveSpan();
  if (span === undefined) return false;
  const { lifecycle } = globalState;
  if (lifecycle !== undefined) return lifecycle.overrideSampling(span, decision);
  reportUnavailable();
  return false;
}

function reportUnavailable(): void {
  globalState.diagnostics.reportOnce('foreign:override', 'warn', {
    code: 'override_unavailable',
    message:
      'trace.keep(), trace.drop() and the option keep have no effect without the tracer provider of init()',
    fix: 'Sample in the other tracer provider, or remove it and call init().',
    source: 'trace.keep',
  });
}
