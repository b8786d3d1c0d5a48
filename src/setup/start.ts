// The start behind init(): the one place where everything is put together.
// It is loaded when init() is called and not before: OpenTelemetry's SDK costs more time to load than all of ours.

import type { CheckReport } from '../core/check.js';
import { readFileSync } from 'node:fs';
import { metrics, ROOT_CONTEXT, type TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { describeConfig, type InitOptions, type ResolvedConfig, resolveConfig } from '../config/index.js';
import { withSpan } from '../context/index.js';
import { InheritedContextManager } from '../context/inherited-manager.js';
import { systemClock } from '../core/clock.js';
import { createDiagnostics, stderrLogger } from '../core/diagnostics.js';
import { problemDiagnostic } from '../core/errors.js';
import { guarded, reportFault } from '../core/guard.js';
import { type Lifecycle, globalState } from '../core/global-state.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import { Provider } from '../engine/index.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { installExitHandlers } from './exit-handlers.js';
import { DeliveryHub } from '../delivery/index.js';
import { systemTimers } from '../core/timers.js';
import { exporterByName } from '../exporters/by-name.js';
import type { Exporter, ExporterContext } from '../exporters/exporter.js';
import { attachToForeign } from './foreign-provider.js';
import { apiCopyDiagnostics, type Registration, registerGlobals } from './register-globals.js';
import { createHandle, type TraceHandle } from './handle.js';
import { instrument, KNOWN_NAMES, secondApiCopy } from '../instrument/index.js';
import { baggageAttributes } from '../propagation/baggage-attributes.js';
import {
  contextFromEnv,
  linkToCallers,
  selectPropagator,
  UntrustingPropagator,
} from '../propagation/index.js';
import { createCheck, type StartupState } from './check.js';
import { createStartupLog } from './startup-log.js';
import { exporterOutput, type PipelineOutput, processorOutput } from './pipeline-output.js';
import { SpanPipeline } from './span-pipeline.js';
import { redactedLogger } from '../redact/logger.js';
import { createRedactor, type SecretRedactor } from '../redact/redactor.js';
import { createResource } from './resource.js';
import { collectStats, createLifecycle } from './lifecycle.js';
import { deadRules } from '../sampling/ratio-policy.js';
import { headSampler } from '../sampling/head-sampler.js';
import { RecordAllSampler } from '../sampling/record-all.js';
import { keepsAnything } from '../sampling/tail/keep-policy.js';
import { TailSampler } from '../sampling/tail/tail-sampler.js';
import { applyTraceOverrides, TraceOverrides } from '../sampling/trace-overrides.js';
import { foreignTracerProvider } from '../span/active-tracer.js';
import { currentProcess, type HostProcess } from './host-process.js';

/**
 * Starts tracing in this process, for the first time or after a shutdown.
 *
 * @param options what was given to `init()`
 * @param host the process that it is for; another one where the doctor asks
 * @throws TraceError for mistakes in the options, all of them at once
 */
export function startTracing(
  options: InitOptions | undefined,
  host: HostProcess = currentProcess(),
): TraceHandle {
  const { config, warnings: problems } = resolveConfig(options, {
    ...host,
    readFile: path => readFileSync(path, 'utf8'),
    knownInstrumentations: KNOWN_NAMES,
  });
  const redactor = createRedactor(config.redact, error => reportFault('redact.replace', error));
  // What is said may quote what the application handed in: an error of a callback, a value in a variable.
  const logger = redactedLogger(config.logger ?? stderrLogger, redactor);
  const log = createDiagnostics({ logger, level: config.logLevel });
  for (const problem of problems) log.report('warn', problemDiagnostic(problem));
  const startupLog = createStartupLog(log, text => redactor.text(text));
  globalState.diagnostics = startupLog.diagnostics;

  // Looked for first: what is registered below would hide it.
  const foreign = foreignTracerProvider();
  const propagator = selectPropagator(config.propagate, { diagnostics: globalState.diagnostics });
  const contextManager = createContextManager(propagator, host.env);
  // Whoever started this process is trusted in any case; who calls it over the network is another matter.
  const trusting = config.sample.trustRemote !== 'never' || config.disabled;
  const boundary = trusting ? propagator : new UntrustingPropagator(propagator);
  const registration = registerGlobals(contextManager, boundary);
  const started: StartupState = { config, host, problems, recorded: startupLog.recorded };
  if (foreign !== undefined) {
    const handle = attachToForeign(foreign, started, registration);
    startupLog.stop();
    return handle;
  }
  // Exporters that were named are made first, so that the line can say where they send.
  const live = config.disabled ? config : { ...config, exporters: createExporters(config) };
  const runtime = config.disabled
    ? startDisabled(started, registration)
    : start({ ...started, config: live }, registration, contextManager, trusting, redactor);
  startupLog.stop();
  globalState.diagnostics.report('info', { code: 'started', message: describeConfig(live) });
  return createHandle(config, runtime);
}

function start(
  started: StartupState,
  registration: Registration,
  contextManager: AsyncLocalStorageContextManager,
  trusting: boolean,
  redactor: SecretRedactor,
): Lifecycle<DeliveryStats, CheckReport> {
  const { config, host } = started;
  const { diagnostics } = globalState;
  const resource = createResource(config, redactor);
  const verdicts = new TraceOverrides();
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
  const lines = [
    ...config.processors.map(processorOutput),
    ...exporters.flatMap(exporter => exporterOutput(exporter, exporterContext)),
  ];
  const tail = createTailSampler(config, lines, verdicts);
  const redact = config.redact === false ? undefined : redactor.span;
  const outlet = new SpanPipeline({ lines, verdicts, redact, tail, diagnostics });
  for (const message of deadRules(config.sample.rules)) diagnostics.warn(message);
  const head = headSampler(config.sample);
  const recordsAll = tail !== undefined || lines.some(line => line.sees === 'every');
  const sampler = recordsAll ? new RecordAllSampler(head) : head;
  applyTraceOverrides(sampler, verdicts);
  const providerConfig = {
    resource,
    sampler,
    meterProvider: metrics.getMeterProvider(),
    spanLimits: config.limits,
    spanProcessors: [
      ...(trusting ? [] : [linkToCallers()]),
      ...(config.baggageAttributes.length > 0 ? [baggageAttributes(config.baggageAttributes)] : []),
      outlet,
    ],
  };
  const { contextManager: inForce } = registration;
  const provider = new Provider(providerConfig, {
    diagnostics,
    ...(inForce === contextManager ? { contextManager } : {}),
  });

  registration.setProvider(provider);
  const refused = [...registration.refused, ...apiCopyDiagnostics(secondApiCopy(host.directories))];
  for (const diagnostic of refused) diagnostics.report('warn', diagnostic);
  const instrumented = instrument(config.instrument, { tracerProvider: provider, diagnostics });
  const tracer = provider.getTracer(SCOPE_NAME, VERSION);
  globalState.tracer = { tracer, contextManager: inForce, setSpan: withSpan, foreign: false };
  const removeExitHandlers = config.exitHandlers ? flushAtExit(lines, tail) : () => {};
  return createLifecycle({
    lines,
    exporters,
    tail,
    verdicts,
    check: createCheck(started, exporters),
    timeoutMs: config.delivery.shutdownTimeoutMs,
    undo: () => {
      removeExitHandlers();
      instrumented.disable();
      provider.stopMetrics();
    },
    unregister: () => registration.unregister(),
  });
}

/** The exporters, those that were named made by their names. */
function createExporters(config: ResolvedConfig): Exporter[] {
  return config.exporters.map(each => (typeof each === 'string' ? exporterByName(each) : each));
}

/** `OTEL_SDK_DISABLED`: no provider is registered, so no spans are made; context still travels. */
function startDisabled(
  started: StartupState,
  registration: Registration,
): Lifecycle<DeliveryStats, CheckReport> {
  return createLifecycle({
    lines: [],
    exporters: [],
    tail: undefined,
    verdicts: new TraceOverrides(),
    check: createCheck(started, []),
    timeoutMs: started.config.delivery.shutdownTimeoutMs,
    undo: () => {},
    unregister: () => registration.unregister(),
  });
}

/** The stage that decides at a trace's end, where anything shall be kept for what happens in it. */
function createTailSampler(
  config: ResolvedConfig,
  lines: readonly PipelineOutput[],
  verdicts: TraceOverrides,
): TailSampler | undefined {
  const { keep } = config.sample;
  if (!keepsAnything(keep)) return undefined;
  const { maxBytes, maxTraces, maxWaitMs, ...policy } = keep;
  return new TailSampler({
    policy,
    maxBytes,
    maxTraces,
    maxWaitMs,
    holders: lines.filter(line => line.sees === 'kept').map(line => line.holder),
    verdictOf: traceId => verdicts.get(traceId),
    clock: systemClock,
    after: (ms, callback) => systemTimers.after(ms, callback),
    onFirstEviction: message => globalState.diagnostics.warn(message),
  });
}

/** What a parent process handed on in TRACEPARENT is active from the start: a command-line job is part of its story. */
function createContextManager(
  propagator: TextMapPropagator,
  env: HostProcess['env'],
): AsyncLocalStorageContextManager {
  const inherited = contextFromEnv(env, propagator);
  return inherited === ROOT_CONTEXT
    ? new AsyncLocalStorageContextManager()
    : new InheritedContextManager(inherited);
}

/** Flushes when the process is about to end; what cannot be delivered any more is saved or counted. */
function flushAtExit(lines: readonly PipelineOutput[], tail: TailSampler | undefined): () => void {
  return installExitHandlers({
    process,
    flush: async () => {
      // No trace goes on in a process that has nothing left to do.
      tail?.close();
      await globalState.lifecycle?.flush();
    },
    rescue: () => {
      tail?.close();
      for (const line of lines) guarded(`the end of ${line.name}`, () => line.rescue(), undefined);
    },
    isIdle: () =>
      (tail?.isEmpty ?? true) &&
      lines.every(line => guarded(`stats() of ${line.name}`, () => line.isIdle(), true)),
  });
}
