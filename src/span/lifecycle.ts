// The life cycle, as the facade offers it: what init() put together answers; without it, the calls do nothing.

import type { CheckReport } from '../core/check.js';
import { type Tracer, trace as apiTrace } from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';
import { reportFault } from '../core/guard.js';
import { type Lifecycle, globalState } from '../core/global-state.js';
import type { DeliveryStats } from '../delivery/stats.js';
import type { TimeLimit } from './types.js';
import { getForeignTracerProvider } from './active-tracer.js';

const NO_STATS: DeliveryStats = { exporters: [] };

/** What `init()` left in the slot, with the types that the lowest layer cannot name. */
function currentRuntime(): Lifecycle<DeliveryStats, CheckReport> | undefined {
  return globalState.lifecycle as Lifecycle<DeliveryStats, CheckReport> | undefined;
}

/** Implements {@link Trace.flush}. */
export async function flush(options?: TimeLimit): Promise<DeliveryStats> {
  const runtime = currentRuntime();
  if (runtime !== undefined) return runtime.flush(options);
  await flushForeign();
  return NO_STATS;
}

/** Implements {@link Trace.shutdown}. */
export async function shutdown(options?: TimeLimit): Promise<DeliveryStats> {
  return currentRuntime()?.shutdown(options) ?? NO_STATS;
}

/** Implements {@link Trace.stats}. */
export function stats(): DeliveryStats {
  return currentRuntime()?.stats() ?? NO_STATS;
}

/** Implements {@link Trace.check}. */
export async function check(): Promise<CheckReport> {
  const runtime = currentRuntime();
  if (runtime === undefined) {
    const message = 'init() has not been called, or tracing was shut down';
    const fix = "call init() in the entry point, or start Node with '--import @do/trace/register'";
    return { ok: false, checks: [{ name: 'init', status: 'error', message, fix }] };
  }
  try {
    return await runtime.check();
  } catch (error) {
    // A check is asked in trouble; it must answer even if one of its own parts fails.
    return { ok: false, checks: [{ name: 'check', status: 'error', message: safeText(error) }] };
  }
}

/** Implements {@link Trace.getTracer}. */
export function getTracer(name: string, version?: string): Tracer {
  return apiTrace.getTracer(name, version);
}

/** A provider of somebody else's may have a `forceFlush`; the API does not promise one. */
async function flushForeign(): Promise<void> {
  const provider = getForeignTracerProvider() as { forceFlush?: () => Promise<void> } | undefined;
  try {
    await provider?.forceFlush?.();
  } catch (error) {
    // flush() never rejects: whoever waits for it in a shutdown path must get on.
    reportFault('forceFlush of the registered tracer provider', error);
  }
}
