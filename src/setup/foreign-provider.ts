// Uses a tracer provider that another library registered: NodeSDK, Sentry, dd-trace. The facade calls it through the API.
// Our exporters, sampler and instrumentations are not started.

import type { TracerProvider } from '@opentelemetry/api';
import type { ActiveConfig } from '../config/index.js';
import type { CheckReport } from '../core/check.js';
import { globalState, type Lifecycle } from '../core/global-state.js';
import { reportFault } from '../core/guard.js';
import { reportOtherLayout } from '../core/other-layouts.js';
import { withTimeout } from '../core/with-timeout.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { createCheck, type StartupState } from './check.js';
import { createHandle, type TraceHandle } from './handle.js';
import type { Registration } from './register-globals.js';

/**
 * Makes the facade use a registered provider, and reports it once.
 *
 * @param provider the registered provider
 * @param startup the state of the start
 * @param registration our context manager and propagator, as far as no other library had registered one
 * @param update the method of the handle
 * @param readConfig returns the configuration in force
 */
export function attachToForeign(
  provider: TracerProvider,
  startup: StartupState,
  registration: Registration,
  update: TraceHandle['update'],
  readConfig: () => ActiveConfig,
): TraceHandle {
  if (!reportOtherLayout(provider)) reportForeignProvider(provider);
  return createHandle(readConfig, createForeignLifecycle(provider, startup, registration), update);
}

function reportForeignProvider(provider: TracerProvider): void {
  globalState.diagnostics.report('warn', {
    code: 'foreign_provider',
    message: `another tracer provider (${readProviderName(provider)}) is registered and receives all spans, so the options exporter, sample, propagate and instrument of init() have no effect`,
    why: 'No span reaches the backend that is configured here.',
    fix: 'Remove the other provider, or call init() before it is registered.',
    source: 'tracer provider',
  });
}

function createForeignLifecycle(
  provider: TracerProvider,
  startup: StartupState,
  registration: Registration,
): Lifecycle<DeliveryStats, CheckReport> {
  const stats: DeliveryStats = { exporters: [], lateCalls: 0 };
  const { forceFlush } = provider as { forceFlush?: () => Promise<void> };
  const flush: Lifecycle<DeliveryStats>['flush'] = async options => {
    const work = Promise.resolve().then(() => forceFlush?.call(provider));
    const result = await withTimeout(work, options?.timeoutMs ?? startup.config.delivery.flushTimeoutMs);
    if (result.status === 'rejected') {
      reportFault('forceFlush of the registered tracer provider', result.reason);
    }
    return stats;
  };
  return {
    flush,
    async shutdown(options) {
      // The provider belongs to another library: it is flushed, not shut down.
      await flush(options);
      globalState.lifecycle = undefined;
      globalState.handle = undefined;
      registration.unregister();
      return stats;
    },
    stats: () => stats,
    check: createCheck(startup, []),
    url: () => undefined,
    overrideSampling() {
      globalState.diagnostics.reportOnce('foreign:override', 'warn', {
        code: 'override_unavailable',
        message:
          'trace.keep() and trace.drop() have no effect, because another tracer provider is registered',
        fix: 'Configure sampling in the other provider, or call init() before it is registered.',
        source: 'trace.keep',
      });
      return false;
    },
    getLocalRoot: () => undefined,
  };
}

function readProviderName(provider: TracerProvider): string {
  const name: unknown = provider.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'unnamed';
}
