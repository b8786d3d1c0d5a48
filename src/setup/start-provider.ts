// Starts our own tracer provider: exporters, span pipeline, sampler, instrumentations and exit handlers.

import { type ContextManager, metrics } from '@opentelemetry/api';
import type { ResolvedConfig } from '../config/index.js';
import { setSpan } from '../context/index.js';
import type { CheckReport } from '../core/check.js';
import { globalState, type Lifecycle } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import { DeliveryHub } from '../delivery/index.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { TracerProvider } from '../engine/index.js';
import { createExporterByName } from '../exporters/by-name.js';
import type { Exporter, ExporterContext } from '../exporters/exporter.js';
import { instrument, findConflictingApiCopy } from '../instrument/index.js';
import { createBaggageSpanProcessor } from '../propagation/baggage-span-processor.js';
import { createRemoteLinkProcessor } from '../propagation/index.js';
import type { SecretRedactor } from '../redact/secret-redactor.js';
import { createHeadSampler } from '../sampling/head-sampler.js';
import { OverrideSampler } from '../sampling/override-sampler.js';
import { RecordAllSampler } from '../sampling/record-all-sampler.js';
import { findUnreachableRules } from '../sampling/rule-policy.js';
import { hasKeepReasons } from '../sampling/tail/keep-policy.js';
import type { TailSampler } from '../sampling/tail/tail-sampler.js';
import { TraceOverrides } from '../sampling/trace-overrides.js';
import { createCheck, type StartupState } from './check.js';
import { createTailSampler } from './create-tail-sampler.js';
import { installExitHandlers } from './exit-handlers.js';
import { collectStats, createLifecycle } from './lifecycle.js';
import { createExporterOutput, type PipelineOutput, createProcessorOutput } from './pipeline-output.js';
import { createApiCopyDiagnostics, type Registration } from './register-globals.js';
import { createResource } from './resource.js';
import { SpanPipeline } from './span-pipeline.js';

/** The parts that exist before the provider. */
export interface ProviderSetup {
  readonly startup: StartupState;
  readonly registration: Registration;
  /** Our own context manager, which is not in force if another library registered one first. */
  readonly contextManager: ContextManager;
  /** Whether new traces continue the trace of a remote caller. */
  readonly trustsRemote: boolean;
  readonly redactor: SecretRedactor;
}

/**
 * Starts the provider of a configuration and registers it.
 *
 * @param setup the configuration and the parts that exist already
 * @returns the life cycle behind `trace.flush()`, `trace.shutdown()` and the handle of `init()`
 */
export function startProvider(setup: ProviderSetup): Lifecycle<DeliveryStats, CheckReport> {
  const { startup, registration, contextManager, trustsRemote, redactor } = setup;
  const { config, host } = startup;
  const { diagnostics } = globalState;
  const resource = createResource(config, redactor);
  const exporters = createExporters(config);
  const hub = new DeliveryHub({ options: config.delivery, resource, diagnostics, env: host.env });
  const exporterContext: ExporterContext = {
    service: config.service.name,
    resource,
    env: host.env,
    diagnostics,
    delivery: config.delivery,
    otlp: config.otlp,
    deliver: destination => hub.add(destination),
    deliveryStats: () => collectStats(exporters),
  };
  const outputs = [
    ...config.processors.map(createProcessorOutput),
    ...exporters.flatMap(exporter => createExporterOutput(exporter, exporterContext)),
  ];
  const overrides = new TraceOverrides();
  const tail = hasKeepReasons(config.sample.keep)
    ? createTailSampler(config.sample.keep, selectKeptSpanBuffers(outputs), overrides)
    : undefined;
  const redact = config.redact === false ? undefined : redactor.span;
  const pipeline = new SpanPipeline({ outputs, overrides, redact, tail, diagnostics });
  for (const diagnostic of findUnreachableRules(config.sample.rules)) diagnostics.report('warn', diagnostic);
  const head = createHeadSampler(config.sample);
  const recordsAll = tail !== undefined || outputs.some(({ sees }) => sees === 'every');
  const sampler = new OverrideSampler(recordsAll ? new RecordAllSampler(head) : head, overrides);
  const ownsContext = registration.contextManager === contextManager;
  const provider = new TracerProvider(
    {
      resource,
      sampler,
      meterProvider: metrics.getMeterProvider(),
      spanLimits: config.limits,
      spanProcessors: [
        ...(trustsRemote ? [] : [createRemoteLinkProcessor()]),
        ...(config.baggageAttributes.length > 0
          ? [createBaggageSpanProcessor(config.baggageAttributes)]
          : []),
        pipeline,
      ],
    },
    { diagnostics, ...(ownsContext ? { contextManager } : {}) },
  );

  registration.setProvider(provider);
  const refused = [
    ...registration.refused,
    ...createApiCopyDiagnostics(findConflictingApiCopy(host.directories)),
  ];
  for (const diagnostic of refused) diagnostics.report('warn', diagnostic);
  const instrumented = instrument(config.instrument, { tracerProvider: provider, diagnostics });
  const tracer = provider.getTracer(SCOPE_NAME, VERSION);
  globalState.tracer = {
    tracer,
    contextManager: registration.contextManager,
    setSpan,
    isForeign: false,
  };
  const removeExitHandlers = config.exitHandlers ? flushAtExit(outputs, tail) : () => {};
  return createLifecycle({
    outputs,
    exporters,
    tail,
    overrides,
    check: createCheck(startup, exporters),
    timeoutMs: config.delivery.shutdownTimeoutMs,
    stop: () => {
      removeExitHandlers();
      instrumented.disable();
      provider.stopMetrics();
    },
    unregister: () => registration.unregister(),
  });
}

/** Creates the exporters of a configuration; those that it names are created by name. */
export function createExporters(config: ResolvedConfig): Exporter[] {
  return config.exporters.map(each => (typeof each === 'string' ? createExporterByName(each) : each));
}

/** The buffers of the outputs that take only the spans of kept traces. */
function selectKeptSpanBuffers(outputs: readonly PipelineOutput[]): PipelineOutput['buffer'][] {
  return outputs.filter(({ sees }) => sees === 'kept').map(({ buffer }) => buffer);
}

/** Flushes before the process ends, and saves or counts the rest. */
function flushAtExit(outputs: readonly PipelineOutput[], tail: TailSampler | undefined): () => void {
  return installExitHandlers({
    process,
    flush: async () => {
      // No trace continues in a process that is about to end.
      tail?.close();
      await globalState.lifecycle?.flush();
    },
    rescue: () => {
      tail?.close();
      for (const output of outputs) {
        guarded(`the final flush of ${output.name}`, () => output.rescue(), undefined);
      }
    },
    isIdle: () =>
      (tail?.isEmpty ?? true) &&
      outputs.every(output => guarded(`isIdle() of ${output.name}`, () => output.isIdle(), true)),
  });
}
