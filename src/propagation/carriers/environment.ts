// The environment of a process as a carrier: TRACEPARENT, TRACESTATE, BAGGAGE, X_DATADOG_TRACE_ID.

import type { CarrierStorage } from './access.js';

/** A store on environment variables: names in capitals, everything but letters and digits as `_`. */
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

/** A header's name as a variable's: `x-datadog-tags` is `X_DATADOG_TAGS`. */
export function toVariableName(key: string): string {
  return key.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}
