// The start behind init(): the one place where everything is put together.
// It is loaded when init() is called and not before: OpenTelemetry's SDK costs more time to load than all of ours.

import { readFileSync } from 'node:fs';
import { metrics, ROOT_CONTEXT, type TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { describeConfig, type InitOptions, type ResolvedConfig, resolveConfig } from './config/index.js';
import { withSpan } from './context/index.js';
import { InheritedContextManager } from './context/inherited-manager.js';
import { systemClock } from './core/clock.js';
import { createDiagnostics, stderrLogger } from './core/diagnostics.js';
import { describeProblem } from './core/errors.js';
import { guarded, reportFault } from './core/guard.js';
import { type Runtime, slot } from './core/slot.js';
import { SCOPE_NAME, VERSION } from './core/version.js';
import { Provider } from './engine/index.js';
import type { DeliveryStats } from './delivery/stats.js';
import { installExitHandlers } from './delivery/exit.js';
import { DeliveryHub } from './delivery/index.js';
import { systemTimers } from './delivery/timers.js';
import { exporterByName } from './exporters/by-name.js';
import type { Exporter, ExporterContext } from './exporters/exporter.js';
import { attachToForeign } from './foreign.js';
import { apiCopyFinding, type Registration, registerGlobals } from './globals.js';
import { createHandle, type TraceHandle } from './handle.js';
import { instrument, KNOWN_NAMES, secondApiCopy } from './instrument/index.js';
import { baggageAttributes } from './propagation/baggage-attributes.js';
import {
  contextFromEnv,
  linkToCallers,
  selectPropagator,
  UntrustingPropagator,
} from './propagation/index.js';
import { examination, rememberStart, type Started } from './examination.js';
import { exporterLine, type Line, processorLine } from './line.js';
import { Outlet } from './outlet.js';
import { redactedLogger } from './redact/logger.js';
import { createRedactor, type SecretRedactor } from './redact/redactor.js';
import { createResource } from './resource.js';
import { collectStats, createRuntime } from './runtime.js';
import { deadRules } from './sampling/decider.js';
import { headSampler } from './sampling/head.js';
import { RecordAllSampler } from './sampling/record-all.js';
import { keepsAnything } from './sampling/tail/findings.js';
import { TailStage } from './sampling/tail/stage.js';
import { obeyVerdicts, Verdicts } from './sampling/verdicts.js';
import type { CheckReport } from './span/types.js';
import { foreignTracerProvider } from './span/way.js';
import { processWorld, type World } from './world.js';

/**
 * Starts tracing in this process, for the first time or after a shutdown.
 *
 * @param options what was given to `init()`
 * @param world the process that it is for; another one where the doctor asks
 * @throws TraceError for mistakes in the options, all of them at once
 */
export function startTracing(options: InitOptions | undefined, world: World = processWorld()): TraceHandle {
  const { config, warnings: problems } = resolveConfig(options, {
    ...world,
    readFile: path => readFileSync(path, 'utf8'),
    knownInstrumentations: KNOWN_NAMES,
  });
  const redactor = createRedactor(config.redact, error => reportFault('redact.replace', error));
  // What is said may quote what the application handed in: an error of a callback, a value in a variable.
  const logger = redactedLogger(config.logger ?? stderrLogger, redactor);
  const voice = createDiagnostics({ logger, level: config.logLevel });
  for (const problem of problems) voice.warn(describeProblem(problem));
  const remembered = rememberStart(voice, text => redactor.text(text));
  slot.diagnostics = remembered.diagnostics;

  // Looked for first: what is registered below would hide it.
  const foreign = foreignTracerProvider();
  const propagator = selectPropagator(config.propagate, { diagnostics: slot.diagnostics });
  const contextManager = createContextManager(propagator, world.env);
  // Whoever started this process is trusted in any case; who calls it over the network is another matter.
  const trusting = config.sample.trustRemote !== 'never' || config.disabled;
  const boundary = trusting ? propagator : new UntrustingPropagator(propagator);
  const registration = registerGlobals(contextManager, boundary);
  const started: Started = { config, world, problems, said: remembered.said };
  if (foreign !== undefined) {
    const handle = attachToForeign(foreign, started, registration);
    remembered.stop();
    return handle;
  }
  // Exporters that were named are made first, so that the line can say where they send.
  const live = config.disabled ? config : { ...config, exporters: madeExporters(config) };
  const runtime = config.disabled
    ? startDisabled(started, registration)
    : start({ ...started, config: live }, registration, contextManager, trusting, redactor);
  remembered.stop();
  slot.diagnostics.info(describeConfig(live));
  return createHandle(config, runtime);
}

function start(
  started: Started,
  registration: Registration,
  contextManager: AsyncLocalStorageContextManager,
  trusting: boolean,
  redactor: SecretRedactor,
): Runtime<DeliveryStats, CheckReport> {
  const { config, world } = started;
  const { diagnostics } = slot;
  const resource = createResource(config, redactor);
  const verdicts = new Verdicts();
  const exporters = madeExporters(config);
  const hub = new DeliveryHub({ options: config.delivery, resource, diagnostics, env: world.env });
  const exporterContext: ExporterContext = {
    service: config.service.name,
    resource,
    env: world.env,
    diagnostics,
    delivery: config.delivery,
    otlp: config.otlp,
    deliver: destination => hub.add(destination),
    deliveryStats: () => collectStats(exporters),
  };
  const lines = [
    ...config.processors.map(processorLine),
    ...exporters.flatMap(exporter => exporterLine(exporter, exporterContext)),
  ];
  const tail = tailOf(config, lines, verdicts);
  const redact = config.redact === false ? undefined : redactor.span;
  const outlet = new Outlet({ lines, verdicts, redact, tail, diagnostics });
  for (const message of deadRules(config.sample.rules)) diagnostics.warn(message);
  const head = headSampler(config.sample);
  const recordsAll = tail !== undefined || lines.some(line => line.sees === 'every');
  const sampler = recordsAll ? new RecordAllSampler(head) : head;
  obeyVerdicts(sampler, verdicts);
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
  const findings = [...registration.findings, ...apiCopyFinding(secondApiCopy(world.directories))];
  for (const { message, fix = '' } of findings) diagnostics.warn(`${message}. ${fix}`);
  const instrumented = instrument(config.instrument, { tracerProvider: provider, diagnostics });
  const tracer = provider.getTracer(SCOPE_NAME, VERSION);
  slot.wiring = { tracer, contextManager: inForce, enter: withSpan, foreign: false };
  const removeExitHandlers = config.exitHandlers ? bringHomeAtExit(lines, tail) : () => {};
  return createRuntime({
    lines,
    exporters,
    tail,
    verdicts,
    examination: examination(started, findings, exporters),
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
function madeExporters(config: ResolvedConfig): Exporter[] {
  return config.exporters.map(each => (typeof each === 'string' ? exporterByName(each) : each));
}

/** `OTEL_SDK_DISABLED`: no provider is registered, so no spans are made; context still travels. */
function startDisabled(started: Started, registration: Registration): Runtime<DeliveryStats, CheckReport> {
  return createRuntime({
    lines: [],
    exporters: [],
    tail: undefined,
    verdicts: new Verdicts(),
    examination: examination(started, [], []),
    timeoutMs: started.config.delivery.shutdownTimeoutMs,
    undo: () => {},
    unregister: () => registration.unregister(),
  });
}

/** The stage that decides at a trace's end, where anything shall be kept for what happens in it. */
function tailOf(config: ResolvedConfig, lines: readonly Line[], verdicts: Verdicts): TailStage | undefined {
  const { keep } = config.sample;
  if (!keepsAnything(keep)) return undefined;
  const { maxBytes, maxTraces, maxWaitMs, ...policy } = keep;
  return new TailStage({
    policy,
    maxBytes,
    maxTraces,
    maxWaitMs,
    holders: lines.filter(line => line.sees === 'kept').map(line => line.holder),
    verdictOf: traceId => verdicts.get(traceId),
    clock: systemClock,
    after: (ms, callback) => systemTimers.after(ms, callback),
    onFirstEviction: message => slot.diagnostics.warn(message),
  });
}

/** What a parent process handed on in TRACEPARENT is active from the start: a command-line job is part of its story. */
function createContextManager(
  propagator: TextMapPropagator,
  env: World['env'],
): AsyncLocalStorageContextManager {
  const inherited = contextFromEnv(env, propagator);
  return inherited === ROOT_CONTEXT
    ? new AsyncLocalStorageContextManager()
    : new InheritedContextManager(inherited);
}

/** Flushes when the process is about to end; what cannot be delivered any more is saved or counted. */
function bringHomeAtExit(lines: readonly Line[], tail: TailStage | undefined): () => void {
  return installExitHandlers({
    process,
    flush: async () => {
      // No trace goes on in a process that has nothing left to do.
      tail?.close();
      await slot.runtime?.flush();
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
