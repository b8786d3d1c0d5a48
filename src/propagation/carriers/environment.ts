// Environment variables as a carrier: TRACEPARENT, TRACESTATE, BAGGAGE, X_DATADOG_TRACE_ID.

import type { CarrierStorage } from './access.js';

/** Creates the storage of environment variables. */
export function createEnvironmentStorage(env: object): CarrierStorage {
  const record = env as Record<string, unknown>;
  return {
    kind: 'environment',
    read: name => record[String(name)],
    write: (name, value) => {
      record[String(name)] = value;
    },
    names: () => Object.keys(record),
    formatName: toVariableName,
  };
}

/** Converts the name of a header to that of a variable: `x-datadog-tags` to `X_DATADOG_TAGS`. */
export function toVariableName(header: string): string {
  return header.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}
