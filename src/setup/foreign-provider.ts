// Uses a tracer provider that another library registered: NodeSDK, Sentry, dd-trace. The facade calls it through the API.
// Our exporters, sampler and instrumentations are not started.

import type { TracerProvider } from '@opentelemetry/api';
import { type ActiveConfig, type InitOptions, OPTION_NAMES } from '../config/index.js';
import type { CheckReport } from '../core/check.js';
import { globalState, type Lifecycle } from '../core/global-state.js';
import { reportFault } from '../core/guard.js';
import { reportOtherLayout } from '../core/other-layouts.js';
import { withTimeout } from '../core/with-timeout.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { createCheck, type StartupState } from './check.js';
import { createHandle, type TraceHandle } from './handle.js';
import type { Registration } from './register-globals.js';
import { endAbandonedSpans, endCollectedSpans } from '../span/abandoned-spans.js';

/** The parts of a set-up that uses a registered provider. */
export interface ForeignSetup {
  readonly startup: StartupState;
  /** Our context manager and propagator, unless another library had registered one. */
  readonly registration: Registration;
  /** The options of `init()`. */
  readonly given: InitOptions;
  /** The method of the handle. */
  readonly update: TraceHandle['update'];
  /** Returns the configuration in force. */
  readonly readConfig: () => ActiveConfig;
}

/**
 * Makes the facade use a registered provider, and reports it once.
 *
 * @param provider the registered provider
 * @param setup the parts that exist already
 */
export function attachToForeign(provider: TracerProvider, setup: ForeignSetup): TraceHandle {
  const { startup, registration, given, update, readConfig } = setup;
  if (!reportOtherLayout(provider)) reportForeignProvider(provider, findIneffective(given, registration));
  return createHandle(readConfig, createForeignLifecycle(provider, startup, registration), update);
}

/**
 * The options that have no effect beside a foreign provider. The value of an option may ask for nothing, such as
 * `instrument: false`: then the function returns false, and the option is not reported.
 */
const INEFFECTIVE: { readonly [K in keyof InitOptions]?: (value: InitOptions[K]) => boolean } = {
  service: () => true,
  exporter: () => true,
  sample: () => true,
  enabled: value => value === false,
  instrument: value => value !== false,
  instrumentations: isNotEmpty,
  resource: () => true,
  baggageAttributes: isNotEmpty,
  redact: value => value !== false,
  limits: () => true,
  // The time limit applies to trace.flush(), which flushes the other provider.
  delivery: value => Object.keys(value ?? {}).some(key => key !== 'flushTimeoutMs'),
  onSpanEnd: () => true,
  processors: isNotEmpty,
  exitHandlers: value => value === true,
};

function isNotEmpty(value: readonly unknown[] | undefined): boolean {
  return value !== undefined && value.length > 0;
}

/** The given options that have no effect. */
function findIneffective(given: InitOptions, { refused }: Registration): readonly string[] {
  const hasNoEffect = <K extends keyof InitOptions>(name: K): boolean =>
    given[name] !== undefined && INEFFECTIVE[name]?.(given[name]) === true;
  const names: string[] = OPTION_NAMES.filter(hasNoEffect);
  const isPropagatorRefused = refused.some(({ source }) => source === 'propagator');
  return isPropagatorRefused && given.propagate?.formats !== undefined
    ? [...names, 'propagate.formats']
    : names;
}

function reportForeignProvider(provider: TracerProvider, ineffective: readonly string[]): void {
  const consequence =
    ineffective.length === 0
      ? 'so the exporters, the sampler and the instrumentations of init() are not started'
      : `so these options of init() have no effect: ${ineffective.join(', ')}`;
  globalState.diagnostics.report('warn', {
    code: 'foreign_provider',
    message: `another tracer provider (${readProviderName(provider)}) is registered and receives all spans, ${consequence}`,
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
    endCollectedSpans();
    const work = Promise.resolve().then(() => forceFlush?.call(provider));
    const result = await withTimeout(work, options?.timeoutMs ?? startup.config.delivery.flushTimeoutMs);
    if (result.status === 'rejected') {
      reportFault('forceFlush of the registered tracer provider', result.reason);
    }
    return stats;
  };
  let closing: Promise<DeliveryStats> | undefined;
  const close = async (options: Parameters<typeof flush>[0]): Promise<DeliveryStats> => {
    endAbandonedSpans();
    // Unregistered first, so that an init() in the meantime starts anew.
    globalState.lifecycle = undefined;
    globalState.handle = undefined;
    globalState.isError = undefined;
    registration.unregister();
    // The provider belongs to another library: it is flushed, not shut down.
    return flush(options);
  };
  return {
    flush,
    shutdown(options) {
      closing ??= close(options);
      return closing;
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
