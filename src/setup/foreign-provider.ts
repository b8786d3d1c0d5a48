// Attaching to a provider that somebody else registered: NodeSDK, Sentry, dd-trace.
// The facade speaks to it through the API; our exporters, sampler and instrumentations stay out of its way.

import type { CheckReport } from '../core/check.js';
import type { TracerProvider } from '@opentelemetry/api';
import { withTimeout } from '../core/with-timeout.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { reportFault } from '../core/guard.js';
import { type Lifecycle, globalState } from '../core/global-state.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { createCheck, type StartupState } from './check.js';
import type { Registration } from './register-globals.js';
import { createHandle, type TraceHandle } from './handle.js';

/**
 * Makes the facade use a provider that is there already, and says so once.
 *
 * @param provider what is registered
 * @param started what options, environment and defaults came to
 * @param registration our context manager and propagator, as far as nobody else had registered any
 */
export function attachToForeign(
  provider: TracerProvider,
  started: StartupState,
  registration: Registration,
): TraceHandle {
  const diagnostic: Diagnostic = {
    code: 'foreign_provider',
    source: 'tracer provider',
    message: `another tracer provider (${providerName(provider)}) is registered; spans go to it, and the exporter, sample, propagate and instrument options of init() are not used`,
    why: 'Nothing goes to the backend that is configured here; it may well go to another.',
    fix: 'Remove the other one, or call init() before it starts, to use the options of init().',
  };
  globalState.diagnostics.report('warn', diagnostic);
  return createHandle(started.config, foreignLifecycle(provider, started, registration));
}

function foreignLifecycle(
  provider: TracerProvider,
  started: StartupState,
  registration: Registration,
): Lifecycle<DeliveryStats, CheckReport> {
  const stats: DeliveryStats = { exporters: [] };
  const { forceFlush } = provider as { forceFlush?: () => Promise<void> };
  const flush: Lifecycle<DeliveryStats>['flush'] = async options => {
    const work = Promise.resolve().then(() => forceFlush?.call(provider));
    await withTimeout(work, options?.timeoutMs ?? started.config.delivery.shutdownTimeoutMs, error =>
      reportFault('forceFlush of the registered tracer provider', error),
    );
    return stats;
  };
  return {
    flush,
    async shutdown(options) {
      // The provider belongs to somebody else: it is flushed, not shut down.
      await flush(options);
      globalState.lifecycle = undefined;
      globalState.handle = undefined;
      registration.unregister();
      return stats;
    },
    stats: () => stats,
    check: createCheck(started, []),
    url: () => undefined,
    overrideSampling() {
      globalState.diagnostics.reportOnce('foreign:override', 'warn', {
        code: 'override_unavailable',
        message:
          'trace.keep() and trace.drop() have no effect with a tracer provider other than that of init()',
        source: 'trace.keep',
      });
    },
    rootOf: () => undefined,
  };
}

function providerName(provider: TracerProvider): string {
  const name: unknown = provider.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'unnamed';
}
