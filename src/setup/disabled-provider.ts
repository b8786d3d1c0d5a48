// `enabled: false` or `OTEL_SDK_DISABLED`: no provider is registered, so no spans are created, until `handle.update()` enables
// tracing. Context still propagates, also from incoming to outgoing requests: our own instrumentations run with a provider
// that creates no spans.

import { ProxyTracerProvider } from '@opentelemetry/api';
import type { ResolvedSample } from '../config/index.js';
import type { CheckReport } from '../core/check.js';
import { globalState, type Lifecycle } from '../core/global-state.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { instrument } from '../instrument/index.js';
import type { InstrumentOption } from '../instrument/types.js';
import { TraceOverrides } from '../sampling/trace-overrides.js';
import { createCheck, type StartupState } from './check.js';
import { createLifecycle } from './lifecycle.js';
import type { Registration } from './register-globals.js';
import type { StartedProvider } from './start-provider.js';

/**
 * Creates a provider that starts when it is enabled for the first time.
 *
 * @param startup the configuration
 * @param registration the registrations with OpenTelemetry's API
 * @param start starts the provider, with the sampling of the last update
 */
export function createDisabledProvider(
  startup: StartupState,
  registration: Registration,
  start: (sample: ResolvedSample) => StartedProvider,
): StartedProvider {
  const instrumented = instrument(selectOwn(startup.config.instrument), {
    tracerProvider: new ProxyTracerProvider(),
    diagnostics: globalState.diagnostics,
  });
  const disabled = createLifecycle({
    outputs: [],
    exporters: [],
    pipeline: undefined,
    filter: undefined,
    countLateCalls: () => 0,
    overrides: new TraceOverrides(),
    check: createCheck(startup, []),
    timeoutMs: startup.config.delivery.flushTimeoutMs,
    stop: () => instrumented.disable(),
    unregister: () => registration.unregister(),
  });
  let { sample } = startup.config;
  let started: StartedProvider | undefined;
  const current = (): Lifecycle<DeliveryStats, CheckReport> => started?.lifecycle ?? disabled;
  const lifecycle: Lifecycle<DeliveryStats, CheckReport> = {
    flush: options => current().flush(options),
    shutdown: options => current().shutdown(options),
    stats: () => current().stats(),
    check: () => current().check(),
    url: ids => current().url(ids),
    overrideSampling: (span, decision) => current().overrideSampling(span, decision),
    getLocalRoot: span => current().getLocalRoot(span),
  };
  return {
    lifecycle,
    settings: {
      setSample(next) {
        sample = next;
        started?.settings.setSample(next);
      },
      setEnabled(isEnabled) {
        if (started !== undefined) return started.settings.setEnabled(isEnabled);
        // After a shutdown, the handle has no effect.
        if (!isEnabled || globalState.lifecycle !== lifecycle) return;
        instrumented.disable();
        started = start(sample);
      },
    },
  };
}

/** The instrumentations of this package. Those of OpenTelemetry only create spans. */
function selectOwn(option: InstrumentOption): InstrumentOption {
  return option === false ? false : { http: option.http, fetch: option.fetch };
}
