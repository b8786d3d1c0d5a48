// Registers with OpenTelemetry's API, and removes only our own registrations.

import {
  type ContextManager,
  context as apiContext,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace as apiTrace,
} from '@opentelemetry/api';
import type { Diagnostic } from '../core/diagnostic.js';
import { getRegisteredApiVersion } from '../core/api-version.js';
import { globalState } from '../core/global-state.js';
import { markProvider } from '../core/other-layouts.js';
import type { PropagationPolicy } from '../core/propagation-policy.js';
import type { ConflictingApiCopies } from '../instrument/index.js';

/** The result of a registration. */
export interface Registration {
  /** The context manager in force: ours, or the one that was registered before. */
  readonly contextManager: Pick<ContextManager, 'active' | 'with'>;
  /** One diagnostic for each registration that was refused. */
  readonly refused: readonly Diagnostic[];
  /** Registers the tracer provider. */
  setProvider(provider: TracerProvider): void;
  /** Removes our registrations. */
  unregister(): void;
}

/**
 * Registers context manager and propagator. A refusal is a diagnostic, never an exception.
 *
 * @param contextManager carries the active context over awaits
 * @param propagator writes and reads the headers
 * @param policy the rules for HTTP. Undefined if every host and every caller is trusted
 */
export function registerGlobals(
  contextManager: ContextManager,
  propagator: TextMapPropagator,
  policy: PropagationPolicy | undefined,
): Registration {
  const owned: { disable(): void }[] = [];
  const refused: Diagnostic[] = [];
  const register = (what: string, api: { disable(): void }, done: boolean): boolean => {
    if (done) owned.push(api);
    else refused.push(createRefusalDiagnostic(what));
    return done;
  };

  const managed = register(
    'context manager',
    apiContext,
    apiContext.setGlobalContextManager(contextManager.enable()),
  );
  register('propagator', propagation, propagation.setGlobalPropagator(propagator));
  globalState.propagation = policy;

  return {
    contextManager: managed ? contextManager : apiContext,
    refused,
    setProvider(provider) {
      markProvider(provider);
      register('tracer provider', apiTrace, apiTrace.setGlobalTracerProvider(provider));
    },
    unregister() {
      for (const api of owned.splice(0)) api.disable();
      if (globalState.propagation === policy) globalState.propagation = undefined;
    },
  };
}

function createRefusalDiagnostic(what: string): Diagnostic {
  const version = getRegisteredApiVersion();
  const apiVersion = version === undefined ? '' : `, by way of @opentelemetry/api ${version}`;
  return {
    code: 'registration_refused',
    source: what,
    message: `the OpenTelemetry API refused the ${what}, because another library registered one first${apiVersion}`,
    why: 'Spans or headers may be handled by the other library, or be lost.',
    fix: "Call init() before other tracing libraries start, and have one copy of @opentelemetry/api ('npm ls @opentelemetry/api').",
  };
}

/** Reports that the application and this package load copies of the API that do not work together. */
export function createApiCopyDiagnostics(copies: ConflictingApiCopies | undefined): readonly Diagnostic[] {
  if (copies === undefined) return [];
  const [application, ours] = [copies.application, copies.ours].map(each => `${each.file} (${each.version})`);
  return [
    {
      code: 'api_copies',
      source: '@opentelemetry/api',
      message: `the application loads @opentelemetry/api from ${application}, this package from ${ours}; these versions do not work together, and spans of one of them are lost`,
      why: 'A copy that is newer than the registered one returns no-op tracers without a message.',
      fix: "Install one version for both. 'npm ls @opentelemetry/api' lists the copies.",
    },
  ];
}
