// Reads DO_TRACE_INSTRUMENT, OTEL_NODE_ENABLED_INSTRUMENTATIONS and OTEL_NODE_DISABLED_INSTRUMENTATIONS.

import type { InstrumentRecord } from '../instrument/types.js';
import type { EnvReader } from './env-reader.js';
import { normalizeInstrumentationName } from './validate-instrument.js';

const NOTHING: InstrumentRecord = { http: false, fetch: false };

/**
 * Reads the instrumentations of the environment. OpenTelemetry's list of enabled names replaces the defaults, its list of
 * disabled names is subtracted, and the names of `DO_TRACE_INSTRUMENT` are added. Never throws.
 *
 * @param reader the environment
 * @returns a record that is merged over the defaults. Undefined if no variable is set
 * @see https://opentelemetry.io/docs/zero-code/js/configuration/#excluding-instrumentation-libraries
 */
export function readInstrument(reader: EnvReader): InstrumentRecord | undefined {
  const enabled = reader.list('OTEL_NODE_ENABLED_INSTRUMENTATIONS')?.entries;
  const disabled = reader.list('OTEL_NODE_DISABLED_INSTRUMENTATIONS')?.entries ?? [];
  const added = reader.list('DO_TRACE_INSTRUMENT')?.entries ?? [];
  if (enabled === undefined && disabled.length === 0 && added.length === 0) return undefined;
  const isNone = added.some(name => name.toLowerCase() === 'none');
  return {
    ...(enabled === undefined ? {} : { ...NOTHING, ...recordOf(enabled, true) }),
    ...recordOf(disabled, false),
    ...(isNone ? NOTHING : {}),
    ...recordOf(
      added.filter(name => name.toLowerCase() !== 'none'),
      true,
    ),
  };
}

function recordOf(names: readonly string[], isEnabled: boolean): Record<string, boolean> {
  return Object.fromEntries(names.map(name => [normalizeInstrumentationName(name), isEnabled]));
}
