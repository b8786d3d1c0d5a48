// Starts our own tracer provider: exporters, span pipeline, sampler, instrumentations and exit handlers.

import { type ContextManager, metrics } from '@opentelemetry/api';
import type { ResolvedConfig, ResolvedSample } from '../config/index.js';
import { setSpan } from '../context/index.js';
import { KEEP_TRACE_KEY } from '../context/keys.js';
import type { CheckReport } from '../core/check.js';
import { globalState, type Lifecycle } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import { DeliveryHub } from '../delivery/index.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { TracerProvider } from '../engine/index.js';
import { createExporterByName } from '../exporters/by-name.js';
import type { Exporter, ExporterContext } from '../exporters/exporter.js';
import { type ContextParts, createExporterContext } from '../exporters/exporter-context.js';
import { fromSpanExporter, isSpanExporter } from '../exporters/span-exporter.js';
import { instrument, findConflictingApiCopy } from '../instrument/index.js';
import { createBaggageSpanProcessor } from '../propagation/baggage-span-processor.js';
import type { SecretRedactor } from '../redact/secret-redactor.js';
import { BufferedTraceSampler } from '../sampling/buffered-trace-sampler.js';
import { createHeadSampler } from '../sampling/head-sampler.js';
import { OverrideSampler } from '../sampling/override-sampler.js';
import { RecordAllSampler } from '../sampling/record-all-sampler.js';
import { findUnreachableRules } from '../sampling/rule-policy.js';
import type { TailSampler } from '../sampling/tail/tail-sampler.js';
import { TraceOverrides } from '../sampling/trace-overrides.js';
import { endAbandonedSpans, hasWaitingSpans } from '../span/abandoned-spans.js';
import { createCheck, type StartupState } from './check.js';
import { createTailSampler } from './create-tail-sampler.js';
import { installExitHandlers } from './exit-handlers.js';
import { collectStats, createLifecycle } from './lifecycle.js';
import { createExporterOutput, type PipelineOutput, createProcessorOutput } from './pipeline-output.js';
import { createApiCopyDiagnostics, type Registration } from './register-globals.js';
import { createSafeRedaction } from './redact-span.js';
import { createResource } from './resource.js';
import type { RuntimeSettings } from './update.js';
import { SpanFilter } from './span-filter.js';
import { SpanPipeline } from './span-pipeline.js';

/** The parts that exist before the provider. */
export interface ProviderSetup {
  readonly startup: StartupState;
  readonly registration: Registration;
  /** Our own context manager, which is not in force if another library registered one first. */
  readonly contextManager: ContextManager;
  readonly redactor: SecretRedactor;
}

/** A started provider. */
export interface StartedProvider {
  /** The life cycle behind `trace.flush()`, `trace.shutdown()` and the handle of `init()`. */
  readonly lifecycle: Lifecycle<DeliveryStats, CheckReport>;
  /** The settings that `handle.update()` changes. */
  readonly settings: RuntimeSettings;
}

/**
 * Starts the provider of a configuration and registers it.
 *
 * @param setup the configuration and the parts that exist already
 */
export function startProvider(setup: ProviderSetup): StartedProvider {
  const { startup, registration, contextManager, redactor } = setup;
  const { config, host } = startup;
  const { diagnostics } = globalState;
  const resource = createResource(config, redactor);
  const exporters = createExporters(config);
  const hub = new DeliveryHub({ options: config.delivery, resource, diagnostics, env: host.env });
  const contextParts: ContextParts = {
    service: config.service.name,
    resource,
    env: host.env,
    diagnostics,
    delivery: config.delivery,
    otlp: config.otlp,
    addDestination: destination => hub.add(destination),
    deliveryStats: () => ({ exporters: collectStats(outputs), lateCalls: 0 }),
  };
  const createContext = (name: string): ExporterContext => createExporterContext(name, contextParts);
  const redact = config.redact === false ? undefined : createSafeRedaction(redactor.span);
  const redactAgain = config.processors.length === 0 ? undefined : redact;
  const outputs: PipelineOutput[] = [
    ...config.processors.flatMap(entry => createProcessorOutput(entry, createContext, redactAgain)),
    ...exporters.flatMap(exporter =>
      createExporterOutput(exporter, createContext(exporter.name), redactAgain),
    ),
  ];
  hub.shareBatches(outputs.map(({ processor }) => processor));
  const overrides = new TraceOverrides();
  const createTail = ({ keep }: ResolvedSample): TailSampler | undefined =>
    keep.holds ? createTailSampler(keep, selectKeptSpanBuffers(outputs), overrides) : undefined;
  const tail = createTail(config.sample);
  const filter = config.onSpanEnd === undefined ? undefined : new SpanFilter(config.onSpanEnd);
  const pipeline = new SpanPipeline({ outputs, overrides, redact, tail, filter, diagnostics });
  for (const diagnostic of findUnreachableRules(config.sample.rules)) diagnostics.report('warn', diagnostic);
  const seesEverySpan = outputs.some(({ sees }) => sees === 'every');
  const createSampler = (sample: ResolvedSample): OverrideSampler => {
    const head = createHeadSampler(sample);
    const recordsAll = sample.keep.holds || seesEverySpan;
    return new OverrideSampler(recordsAll ? new RecordAllSampler(head) : head, overrides, KEEP_TRACE_KEY);
  };
  const ownsContext = registration.contextManager === contextManager;
  const provider = new TracerProvider(
    {
      resource,
      sampler: createSampler(config.sample),
      meterProvider: metrics.getMeterProvider(),
      spanLimits: config.limits,
      spanProcessors: [
        ...(config.baggageAttributes.length > 0
          ? [createBaggageSpanProcessor(config.baggageAttributes)]
          : []),
        pipeline,
      ],
    },
    {
      diagnostics,
      ...(ownsContext ? { contextManager } : {}),
      ...(redact === undefined ? {} : { redact }),
    },
  );

  registration.setProvider(provider);
  const refused = [
    ...registration.refused,
    ...createApiCopyDiagnostics(findConflictingApiCopy(host.directories)),
  ];
  for (const diagnostic of refused) diagnostics.report('warn', diagnostic);
  const instrumented = instrument(config.instrument, {
    tracerProvider: provider,
    diagnostics,
    instrumentations: config.instrumentations,
  });
  const tracer = provider.getTracer(SCOPE_NAME, VERSION);
  globalState.tracer = {
    tracer,
    contextManager: registration.contextManager,
    setSpan,
    keepNewTraces: context => {
      overrides.expectKeep();
      return context.setValue(KEEP_TRACE_KEY, true);
    },
    getTracer: (name, version) => provider.getTracer(name, version),
    isForeign: false,
  };
  globalState.pipeline = pipeline;
  const removeExitHandlers = config.exitHandlers
    ? guarded(
        'process.on()',
        () => flushAtExit(outputs, hub, pipeline),
        () => {},
      )
    : () => {};
  const settings: RuntimeSettings = {
    setSample(sample) {
      provider.setSampler(new BufferedTraceSampler(createSampler(sample), pipeline.retiredTraces));
      pipeline.setTailSampler(createTail(sample));
    },
    setEnabled: isEnabled => provider.setEnabled(isEnabled),
  };
  const lifecycle = createLifecycle({
    outputs,
    exporters,
    pipeline,
    filter,
    countLateCalls: () => provider.lateCalls,
    overrides,
    check: createCheck(startup, exporters),
    timeoutMs: config.delivery.flushTimeoutMs,
    stop: () => {
      removeExitHandlers();
      instrumented.disable();
      provider.stopMetrics();
    },
    unregister: () => registration.unregister(),
  });
  return { lifecycle, settings };
}

/** Creates the exporters of a configuration; those that it names are created by name. */
export function createExporters(config: ResolvedConfig): Exporter[] {
  return config.exporters.map(each => {
    if (typeof each === 'string') return createExporterByName(each);
    return isSpanExporter(each) ? fromSpanExporter(each) : each;
  });
}

/** The buffers of the outputs that take only the spans of kept traces. */
function selectKeptSpanBuffers(outputs: readonly PipelineOutput[]): PipelineOutput['buffer'][] {
  return outputs.filter(({ sees }) => sees === 'kept').map(({ buffer }) => buffer);
}

/** Flushes before the process ends, and saves or counts the rest. */
function flushAtExit(
  outputs: readonly PipelineOutput[],
  hub: DeliveryHub,
  pipeline: SpanPipeline,
): () => void {
  return installExitHandlers({
    process,
    flush: async () => {
      endAbandonedSpans();
      // No trace continues in a process that is about to end.
      pipeline.closeTails();
      await globalState.lifecycle?.flush();
    },
    rescue: () => {
      endAbandonedSpans();
      pipeline.closeTails();
      for (const output of outputs) {
        guarded(`the final flush of ${output.name}`, () => output.rescue(), undefined);
      }
      // An exporter of the application may use deliver() without returning its result.
      guarded('the final flush of delivery', () => hub.rescue(), undefined);
    },
    isIdle: () =>
      !hasWaitingSpans() &&
      pipeline.hasNoBufferedTraces &&
      outputs.every(output => guarded(`isIdle() of ${output.name}`, () => output.isIdle(), true)),
  });
}
