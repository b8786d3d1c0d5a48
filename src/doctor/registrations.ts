// What somebody else registers with OpenTelemetry's API after init(): it is refused, and the API tells its own logger alone,
// which few applications have. Only where the doctor loads the application may that logger be ours.

import type { Check } from '../core/check.js';
import { registeredApiVersion } from '../core/api-version.js';
import { fault } from './target.js';

/** Listens to refusals. */
export interface RegistrationWatch {
  /** What was refused, as a finding. */
  findings(): readonly Check[];
  /** Ends it. */
  stop(): void;
}

const API_GLOBAL = Symbol.for('opentelemetry.js.api.1');
const DUPLICATE = /Attempted duplicate registration of API: (\w+)/;
const OTHER_VERSION =
  /Registration of version v(\S+) for (\w+) does not match previously registered API v(\S+)/;
const NAMES: Readonly<Record<string, string>> = {
  trace: 'tracer provider',
  context: 'context manager',
  propagation: 'propagator',
  metrics: 'meter provider',
};

interface Registry {
  diag?: unknown;
}

/**
 * Listens until it is stopped. It registers nothing before anybody else: whose version counts stays as it is without.
 *
 * @param isStarted whether init() has run; what is refused before is refused by somebody else
 * @see https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/global-utils.ts
 */
export function watchRegistrations(isStarted: () => boolean): RegistrationWatch {
  const refused = new Set<string>();
  const versions = new Set<string>();
  const ignore = (): void => undefined;
  const logger = { error: listen, warn: ignore, info: ignore, debug: ignore, verbose: ignore };
  const stopWaiting = whenRegistered(registry => {
    registry.diag ??= logger;
  });

  function listen(message: unknown): void {
    if (!isStarted() || typeof message !== 'string') return;
    const [, one, other, another] = OTHER_VERSION.exec(message) ?? [];
    const kind = other ?? DUPLICATE.exec(message)?.[1];
    const name = kind === undefined ? undefined : NAMES[kind];
    if (name === undefined) return;
    refused.add(name);
    for (const version of [one, another]) {
      if (version !== undefined && version !== registeredApiVersion()) versions.add(version);
    }
  }

  return {
    findings: () => (refused.size === 0 ? [] : [finding([...refused], [...versions])]),
    stop() {
      stopWaiting();
      const registry = current();
      if (registry?.diag === logger) delete registry.diag;
    },
  };
}

function finding(refused: readonly string[], versions: readonly string[]): Check {
  const by = versions.length === 0 ? '' : `, by way of @opentelemetry/api ${versions.join(' and ')},`;
  const ours = registeredApiVersion() ?? 'unknown';
  return fault(
    'OpenTelemetry API',
    `after init() something else tried to register a ${refused.join(', a ')}${by} and was refused without a word`,
    {
      status: 'warning',
      why: 'What it was to collect goes nowhere: the API keeps to the first that registers, and to its version.',
      fix:
        versions.length === 0
          ? 'Remove the other SDK, or call init() after it has started: init() joins a provider that is there.'
          : `Install @opentelemetry/api ${ours} for all: 'npm ls @opentelemetry/api' shows who brings which; 'overrides' in package.json sets it.`,
    },
  );
}

function current(): Registry | undefined {
  return (globalThis as { [API_GLOBAL]?: Registry })[API_GLOBAL];
}

/** Calls back with the registry, now or when the first copy of the API makes it; returns what ends the waiting. */
function whenRegistered(found: (registry: Registry) => void): () => void {
  const present = current();
  if (present !== undefined) {
    found(present);
    return () => undefined;
  }
  let isWaiting = true;
  Object.defineProperty(globalThis, API_GLOBAL, {
    configurable: true,
    get: () => undefined,
    set(value: Registry) {
      isWaiting = false;
      Object.defineProperty(globalThis, API_GLOBAL, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
      found(value);
    },
  });
  return () => {
    if (isWaiting) Reflect.deleteProperty(globalThis, API_GLOBAL);
  };
}
