// The life-cycle functions of the facade. They call the set-up that init() created, and do nothing without it.

import { type Tracer, trace as apiTrace } from '@opentelemetry/api';
import type { CheckReport } from '../core/check.js';
import { safeText } from '../core/diagnostics.js';
import { globalState, type Lifecycle } from '../core/global-state.js';
import { reportFault } from '../core/guard.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { getForeignTracerProvider } from './active-tracer.js';
import type { TimeLimit } from './types.js';

const NO_STATS: DeliveryStats = { exporters: [] };

/** Returns the running set-up with its result types, which the core layer does not define. */
function getLifecycle(): Lifecycle<DeliveryStats, CheckReport> | undefined {
  return globalState.lifecycle as Lifecycle<DeliveryStats, CheckReport> | undefined;
}

/** Implements {@link Trace.flush}. */
export async function flush(options?: TimeLimit): Promise<DeliveryStats> {
  const lifecycle = getLifecycle();
  if (lifecycle !== undefined) return lifecycle.flush(options);
  await flushForeignProvider();
  return NO_STATS;
}

/** Implements {@link Trace.shutdown}. */
export async function shutdown(options?: TimeLimit): Promise<DeliveryStats> {
  return getLifecycle()?.shutdown(options) ?? NO_STATS;
}

/** Implements {@link Trace.stats}. */
export function stats(): DeliveryStats {
  return getLifecycle()?.stats() ?? NO_STATS;
}

/** Implements {@link Trace.check}. */
export async function check(): Promise<CheckReport> {
  const lifecycle = getLifecycle();
  if (lifecycle === undefined) {
    return {
      ok: false,
      checks: [
        {
          name: 'init',
          status: 'error',
          code: 'not_started',
          message: 'init() has not been called, or tracing was shut down',
          fix: "Call init() in the entry point, or start Node with '--import @do/trace/register'.",
          source: 'init',
        },
      ],
    };
  }
  try {
    return await lifecycle.check();
  } catch (error) {
    // An application calls check() to diagnose a failure, so a failure of the check itself is part of the report.
    return {
      ok: false,
      checks: [
        {
          name: 'check',
          status: 'error',
          code: 'check_failed',
          message: `the check failed: ${safeText(error)}`,
          source: 'check',
        },
      ],
    };
  }
}

/** Implements {@link Trace.getTracer}. */
export function getTracer(name: string, version?: string): Tracer {
  return apiTrace.getTracer(name, version);
}

/** Calls the `forceFlush` of a foreign provider, which the API does not define. */
async function flushForeignProvider(): Promise<void> {
  const provider = getForeignTracerProvider() as { forceFlush?: () => Promise<void> } | undefined;
  try {
    await provider?.forceFlush?.();
  } catch (error) {
    // flush() never rejects, so that a shutdown sequence that awaits it continues.
    reportFault('forceFlush of the registered tracer provider', error);
  }
}
