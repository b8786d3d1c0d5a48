// Registering with OpenTelemetry's API, and taking it back: only what was ours is taken back.

import {
  type ContextManager,
  context as apiContext,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace as apiTrace,
} from '@opentelemetry/api';
import type { Diagnostic } from '../core/diagnostic.js';
import { registeredApiVersion } from '../core/api-version.js';
import type { ApiCopies } from '../instrument/index.js';

/** What came of the registration. */
export interface Registration {
  /** The context manager that is in force: ours, or the one that was there before. */
  readonly contextManager: Pick<ContextManager, 'active' | 'with'>;
  /** One diagnostic for each registration that was refused. */
  readonly refused: readonly Diagnostic[];
  /** Registers the tracer provider too. */
  setProvider(provider: TracerProvider): void;
  /** Takes our registrations back. */
  unregister(): void;
}

/**
 * Registers context manager and propagator; a refusal is a finding, never an exception.
 *
 * @param contextManager carries the active context over awaits
 * @param propagator writes and reads the headers
 */
export function registerGlobals(contextManager: ContextManager, propagator: TextMapPropagator): Registration {
  const owned: { disable(): void }[] = [];
  const refused: Diagnostic[] = [];
  const register = (what: string, api: { disable(): void }, done: boolean): boolean => {
    if (done) owned.push(api);
    else refused.push(refusal(what));
    return done;
  };

  const managed = register(
    'context manager',
    apiContext,
    apiContext.setGlobalContextManager(contextManager.enable()),
  );
  register('propagator', propagation, propagation.setGlobalPropagator(propagator));

  return {
    contextManager: managed ? contextManager : apiContext,
    refused,
    setProvider(provider) {
      register('tracer provider', apiTrace, apiTrace.setGlobalTracerProvider(provider));
    },
    unregister() {
      for (const api of owned.splice(0)) api.disable();
      contextManager.disable();
    },
  };
}

function refusal(what: string): Diagnostic {
  const version = registeredApiVersion();
  const holder = version === undefined ? '' : `, by way of @opentelemetry/api ${version}`;
  return {
    code: 'registration_refused',
    source: what,
    message: `the OpenTelemetry API refused the ${what}, because another library registered one first${holder}`,
    why: 'Spans or headers may go the way of the other one, or be lost.',
    fix: "Call init() before other tracing libraries start, and have one copy of @opentelemetry/api ('npm ls @opentelemetry/api').",
  };
}

/** The finding that the application has another copy of the API than this package, and that they do not work together. */
export function apiCopyDiagnostics(copies: ApiCopies | undefined): readonly Diagnostic[] {
  if (copies === undefined) return [];
  const [application, ours] = [copies.application, copies.ours].map(each => `${each.file} (${each.version})`);
  return [
    {
      code: 'api_copies',
      source: '@opentelemetry/api',
      message: `there are two copies of @opentelemetry/api that do not work together: the application gets ${application}, this package ${ours}; spans made through one of them are lost`,
      why: 'A copy that is newer than the one that registered finds no tracer, without a message.',
      fix: "Install one version for both: 'npm ls @opentelemetry/api' shows who brings which.",
    },
  ];
}
