// startTracing(): resolves the configuration, registers with OpenTelemetry's API, and starts the provider.
// This file is loaded by the first call of init(), because loading OpenTelemetry's SDK takes longer than loading ours.

import { readFileSync } from 'node:fs';
import { type ContextManager, ROOT_CONTEXT, type TextMapPropagator } from '@opentelemetry/api';
import {
  type ActiveConfig,
  createActiveConfig,
  describeConfig,
  type InitOptions,
  type ResolvedConfig,
  resolveConfig,
} from '../config/index.js';
import { InheritedContextManager } from '../context/inherited-context-manager.js';
import { PersistentContextManager } from '../context/persistent-context-manager.js';
import { createDiagnostics, stderrLogger } from '../core/diagnostics.js';
import { createProblemDiagnostic } from '../core/errors.js';
import { globalState } from '../core/global-state.js';
import { reportFault } from '../core/guard.js';
import { KNOWN_NAMES } from '../instrument/index.js';
import { createPropagationPolicy, extractFromEnvironment, selectPropagator } from '../propagation/index.js';
import { createRedactingLogger } from '../redact/redacting-logger.js';
import { createRedactor } from '../redact/redactor.js';
import { getForeignTracerProvider } from '../span/active-tracer.js';
import type { StartupState } from './check.js';
import { createDisabledProvider } from './disabled-provider.js';
import { attachToForeign } from './foreign-provider.js';
import { createHandle, type TraceHandle } from './handle.js';
import { describeCurrentProcess, type HostProcess } from './host-process.js';
import { registerGlobals } from './register-globals.js';
import { createExporters, startProvider, type StartedProvider } from './start-provider.js';
import { createStartupLog } from './startup-log.js';
import { createUpdate } from './update.js';

// The loader of init() loads one file.
export { reportSecondStart } from './second-start.js';

/**
 * Starts tracing in this process, for the first time or after a shutdown.
 *
 * @param options the options of `init()`
 * @param host the process to start for; the doctor passes one that differs from this process
 * @throws TraceError for mistakes in the options, with all of them
 */
export function startTracing(
  options: InitOptions | undefined,
  host: HostProcess = describeCurrentProcess(),
): TraceHandle {
  const {
    config,
    given,
    warnings: problems,
  } = resolveConfig(options, {
    ...host,
    readFile: path => readFileSync(path, 'utf8'),
    knownInstrumentations: KNOWN_NAMES,
  });
  const redactor = createRedactor(config.redact, error => reportFault('redact.replace', error));
  // Messages may quote data of the application: the error of a callback, the value of a variable.
  const logger = createRedactingLogger(config.logger ?? stderrLogger, redactor);
  const log = createDiagnostics({ logger, level: config.logLevel });
  for (const problem of problems) log.report('warn', createProblemDiagnostic(problem));
  const redact = (text: string): string => redactor.text(text);
  const startupLog = createStartupLog(log, redact);
  globalState.diagnostics = startupLog.diagnostics;

  // Read before the registration below, which would hide it.
  const foreign = getForeignTracerProvider();
  const propagator = selectPropagator(config.propagate.formats, { diagnostics: globalState.diagnostics });
  globalState.contextManager ??= createContextManager(propagator, host.env);
  const { contextManager } = globalState;
  const policy = createPropagationPolicy(config.propagate);
  const registration = registerGlobals(contextManager, propagator, policy);
  const startup: StartupState = { config, host, problems, redact, recorded: startupLog.recorded };
  globalState.isError = config.isError;
  const view = createConfigView(config, redact);
  if (foreign !== undefined) {
    const update = createUpdate(undefined, log, view.change);
    const handle = attachToForeign(foreign, { startup, registration, given, update, readConfig: view.read });
    startupLog.stop();
    return handle;
  }
  const start = (changed: ResolvedConfig): StartedProvider => {
    // Named exporters are created first, so that the start-up line can show their endpoints.
    const live = { ...changed, exporters: createExporters(changed) };
    const provider = startProvider({
      startup: { ...startup, config: live },
      registration,
      contextManager,
      redactor,
    });
    reportStart(live);
    return provider;
  };
  if (!config.disabled) {
    const { lifecycle, settings } = start(config);
    return createHandle(view.read, lifecycle, createUpdate(settings, log, view.change));
  }
  const { lifecycle, settings } = createDisabledProvider(startup, registration, sample =>
    start({ ...config, sample, disabled: false }),
  );
  reportStart(config);
  return createHandle(view.read, lifecycle, createUpdate(settings, log, view.change));

  function reportStart(live: ResolvedConfig): void {
    startupLog.stop();
    globalState.diagnostics.report('info', { code: 'started', message: describeConfig(live) });
  }
}

/** The configuration in force, which `update()` of the handle changes. */
function createConfigView(
  config: ResolvedConfig,
  redact: (text: string) => string,
): { readonly read: () => ActiveConfig; readonly change: (change: Partial<ResolvedConfig>) => void } {
  let current = config;
  let view: ActiveConfig | undefined;
  return {
    read: () => (view ??= createActiveConfig(current, redact)),
    change(change) {
      current = { ...current, ...change };
      view = undefined;
    },
  };
}

/** The context of the parent process (TRACEPARENT) is active from the start: a command-line job continues that trace. */
function createContextManager(propagator: TextMapPropagator, env: HostProcess['env']): ContextManager {
  const inherited = extractFromEnvironment(env, propagator);
  return inherited === ROOT_CONTEXT ? new PersistentContextManager() : new InheritedContextManager(inherited);
}
