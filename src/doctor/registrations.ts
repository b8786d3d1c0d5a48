// Reports registrations with the OpenTelemetry API that are refused after init(). The API writes them to its own logger only, and
// few applications set one. The doctor sets it, because the doctor itself loads the application.

import { getRegisteredApiVersion } from '../core/api-version.js';
import type { Check } from '../core/check.js';
import { createFaultCheck } from './check-results.js';

/** Records refused registrations. */
export interface RegistrationWatch {
  /** A check if a registration was refused. */
  findings(): readonly Check[];
  /** Stops recording. */
  stop(): void;
}

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');
const DUPLICATE = /Attempted duplicate registration of API: (\w+)/;
const OTHER_VERSION =
  /Registration of version v(\S+) for (\w+) does not match previously registered API v(\S+)/;
const API_NAMES: Readonly<Record<string, string>> = {
  trace: 'tracer provider',
  context: 'context manager',
  propagation: 'propagator',
  metrics: 'meter provider',
};

/** The global object of the API. */
interface ApiRegistry {
  diag?: unknown;
}

/**
 * Records refused registrations until it is stopped. It registers nothing before another library does, so that the version
 * of the first library still counts.
 *
 * @param isStarted whether init() has run; earlier refusals do not concern this package
 * @see https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/global-utils.ts
 */
export function watchRegistrations(isStarted: () => boolean): RegistrationWatch {
  const refused = new Set<string>();
  const versions = new Set<string>();
  const ignore = (): void => undefined;
  const logger = { error: recordRefusal, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
  const cancelWait = waitForRegistry(registry => {
    registry.diag ??= logger;
  });

  function recordRefusal(message: unknown): void {
    if (!isStarted() || typeof message !== 'string') return;
    const [, ownVersion, other, registeredVersion] = OTHER_VERSION.exec(message) ?? [];
    const api = other ?? DUPLICATE.exec(message)?.[1];
    const name = api === undefined ? undefined : API_NAMES[api];
    if (name === undefined) return;
    refused.add(name);
    for (const version of [ownVersion, registeredVersion]) {
      if (version !== undefined && version !== getRegisteredApiVersion()) versions.add(version);
    }
  }

  return {
    findings: () => (refused.size === 0 ? [] : [createRefusedCheck([...refused], [...versions])]),
    stop() {
      cancelWait();
      const registry = getRegistry();
      if (registry?.diag === logger) delete registry.diag;
    },
  };
}

function createRefusedCheck(refused: readonly string[], versions: readonly string[]): Check {
  const by = versions.length === 0 ? '' : `, by way of @opentelemetry/api ${versions.join(' and ')},`;
  const registered = getRegisteredApiVersion() ?? 'unknown';
  return createFaultCheck(
    'OpenTelemetry API',
    {
      code: 'registration_refused',
      message: `after init() another library tried to register a ${refused.join(', a ')}${by} and was refused without a message`,
      why: 'The other library receives no spans: the API keeps the first registration, and its version.',
      fix:
        versions.length === 0
          ? 'Remove the other SDK, or call init() after it has started: init() joins a registered provider.'
          : `Install @opentelemetry/api ${registered} for all packages. 'npm ls @opentelemetry/api' lists the copies; 'overrides' in package.json sets the version.`,
      source: refused.join(', '),
    },
    'warning',
  );
}

function getRegistry(): ApiRegistry | undefined {
  return (globalThis as { [API_GLOBAL]?: ApiRegistry })[API_GLOBAL];
}

/**
 * Calls a function with the registry of the API, now or when the first copy of the API creates it.
 *
 * @returns cancels the wait
 */
function waitForRegistry(callback: (registry: ApiRegistry) => void): () => void {
  const registry = getRegistry();
  if (registry !== undefined) {
    callback(registry);
    return () => undefined;
  }
  let isWaiting = true;
  Object.defineProperty(globalThis, API_GLOBAL, {
    configurable: true,
    get: () => undefined,
    set(value: ApiRegistry) {
      isWaiting = false;
      Object.defineProperty(globalThis, API_GLOBAL, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
      callback(value);
    },
  });
  return () => {
    if (isWaiting) Reflect.deleteProperty(globalThis, API_GLOBAL);
  };
}
