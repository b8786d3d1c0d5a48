// The life-cycle functions of the facade. They call the set-up that init() created, and do nothing without it.

import { type Tracer, trace as apiTrace } from '@opentelemetry/api';
import type { CheckReport } from '../core/check.js';
import { safeText } from '../core/diagnostics.js';
import { globalState, type Lifecycle } from '../core/global-state.js';
import { guarded, reportFault } from '../core/guard.js';
import { withTimeout } from '../core/with-timeout.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { getForeignTracerProvider } from './active-tracer.js';
import { isObject, readName, readVersion, reportArgument, reportUnknownOptions } from './report-input.js';
import type { TimeLimit } from './types.js';

/** The longest delay of a timer. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The default of `delivery.flushTimeoutMs`, which a foreign provider does not have. */
const DEFAULT_TIMEOUT_MS = 3_000;

const NO_STATS: DeliveryStats = { exporters: [], lateCalls: 0 };

/** Returns the running set-up with its result types, which the core layer does not define. */
function getLifecycle(): Lifecycle<DeliveryStats, CheckReport> | undefined {
  return globalState.lifecycle as Lifecycle<DeliveryStats, CheckReport> | undefined;
}

/** Implements {@link TraceApi.flush}. */
export async function flush(options?: TimeLimit): Promise<DeliveryStats> {
  const limit = readTimeLimit(options, 'trace.flush');
  const lifecycle = getLifecycle();
  if (lifecycle !== undefined) return lifecycle.flush(limit);
  await flushForeignProvider(limit.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  return NO_STATS;
}

/** Implements {@link TraceApi.shutdown}. */
export async function shutdown(options?: TimeLimit): Promise<DeliveryStats> {
  const limit = readTimeLimit(options, 'trace.shutdown');
  return getLifecycle()?.shutdown(limit) ?? NO_STATS;
}

/** Implements {@link TraceApi.stats}. */
export function stats(): DeliveryStats {
  return getLifecycle()?.stats() ?? NO_STATS;
}

/** Implements {@link TraceApi.check}. */
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

/** Implements {@link TraceApi.getTracer}. */
export function getTracer(
  name: string,
  version?: string,
  options?: { readonly schemaUrl?: string | undefined },
): Tracer {
  const schemaUrl = guarded('the options of trace.getTracer', () => options?.schemaUrl, undefined);
  const isValid = schemaUrl === undefined || schemaUrl === null || typeof schemaUrl === 'string';
  if (!isValid) reportArgument('trace.getTracer', 'text as the option schemaUrl', schemaUrl);
  // `trace.getTracer` of the API has no third parameter.
  return apiTrace
    .getTracerProvider()
    .getTracer(
      readName(name, 'trace.getTracer'),
      readVersion(version, 'trace.getTracer'),
      typeof schemaUrl === 'string' ? { schemaUrl } : undefined,
    );
}

/** Returns the valid options. A limit that is no number of milliseconds is reported, and the default applies. */
function readTimeLimit(options: unknown, call: string): { readonly timeoutMs?: number } {
  if (options === undefined || options === null) return {};
  const timeoutMs = guarded(`the options of ${call}`, () => (options as TimeLimit).timeoutMs, undefined);
  if (isObject(options)) reportUnknownOptions(call, options, ['timeoutMs']);
  else reportArgument(call, 'an object with the option timeoutMs', options);
  if (timeoutMs === undefined || timeoutMs === null) return {};
  // A timer with a longer delay fires at once.
  if (typeof timeoutMs === 'number' && timeoutMs >= 0)
    return { timeoutMs: Math.min(timeoutMs, MAX_TIMEOUT_MS) };
  reportArgument(call, 'milliseconds from 0 as the option timeoutMs', timeoutMs);
  return {};
}

/** Calls the `forceFlush` of a foreign provider, which the API does not define. */
async function flushForeignProvider(timeoutMs: number): Promise<void> {
  const provider = getForeignTracerProvider() as { forceFlush?: () => Promise<void> } | undefined;
  const work = Promise.resolve().then(() => provider?.forceFlush?.());
  const result = await withTimeout(work, timeoutMs);
  // flush() never rejects, so that a shutdown sequence that awaits it continues.
  if (result.status === 'rejected')
    reportFault('forceFlush of the registered tracer provider', result.reason);
}
