// Attaching to a provider that somebody else registered: NodeSDK, Sentry, dd-trace.
// The facade speaks to it through the API; our exporters, sampler and instrumentations stay out of its way.

import type { TracerProvider } from '@opentelemetry/api';
import { within } from './core/deadline.js';
import { reportFault } from './core/guard.js';
import { type Runtime, slot } from './core/slot.js';
import type { DeliveryStats } from './delivery/stats.js';
import { examination, type Started } from './examination.js';
import type { Check } from './exporters/exporter.js';
import type { Registration } from './globals.js';
import { createHandle, type TraceHandle } from './handle.js';
import type { CheckReport } from './span/types.js';

/**
 * Makes the facade use a provider that is there already, and says so once.
 *
 * @param provider what is registered
 * @param started what options, environment and defaults came to
 * @param registration our context manager and propagator, as far as nobody else had registered any
 */
export function attachToForeign(
  provider: TracerProvider,
  started: Started,
  registration: Registration,
): TraceHandle {
  const finding: Check = {
    name: 'tracer provider',
    status: 'warning',
    message: `another tracer provider (${nameOf(provider)}) is registered; spans go to it, and the exporter, sample, propagate and instrument options of init() are not used`,
    why: 'Nothing goes to the backend that is configured here; it may well go to another.',
    fix: 'Remove the other one, or call init() before it starts, to use the options of init().',
  };
  slot.diagnostics.warn(`${finding.message}. ${finding.fix}`);
  return createHandle(started.config, foreignRuntime(provider, started, finding, registration));
}

function foreignRuntime(
  provider: TracerProvider,
  started: Started,
  finding: Check,
  registration: Registration,
): Runtime<DeliveryStats, CheckReport> {
  const stats: DeliveryStats = { exporters: [] };
  const { forceFlush } = provider as { forceFlush?: () => Promise<void> };
  const flush: Runtime<DeliveryStats>['flush'] = async options => {
    const work = Promise.resolve().then(() => forceFlush?.call(provider));
    await within(work, options?.timeoutMs ?? started.config.delivery.shutdownTimeoutMs, error =>
      reportFault('forceFlush of the registered tracer provider', error),
    );
    return stats;
  };
  return {
    flush,
    async shutdown(options) {
      // The provider belongs to somebody else: it is flushed, not shut down.
      await flush(options);
      slot.runtime = undefined;
      slot.handle = undefined;
      registration.unregister();
      return stats;
    },
    stats: () => stats,
    check: examination(started, [finding], []),
    url: () => undefined,
    force() {
      slot.diagnostics.once(
        'foreign:force',
        'warn',
        'trace.keep() and trace.drop() need the provider of init()',
      );
    },
    rootOf: () => undefined,
  };
}

function nameOf(provider: TracerProvider): string {
  const name: unknown = provider.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'unnamed';
}
