// Header lines out of any carrier that an OpenTelemetry propagator is handed.

import type { TextMapGetter } from '@opentelemetry/api';
import type { CarrierAccess } from './carriers/access.js';
import { decodeText } from './carriers/access.js';

/** Getter for a carrier that `carrierOf` has already looked at: any case, any kind of value. */
export const carrierGetter: TextMapGetter<CarrierAccess> = {
  get: (access, key) => access.get(key),
  keys: access => access.keys(),
};

/**
 * All lines of a header. Names match in any case; Buffers count as UTF-8; what is no text is left out.
 *
 * @param carrier the carrier
 * @param getter how to read it; may be any instrumentation's
 * @param key the header's name in lower case
 */
export function readHeaderValues<C>(carrier: C, getter: TextMapGetter<C>, key: string): string[] {
  const direct = linesOf(getter.get(carrier, key));
  // Our own getter has looked for other cases already.
  if (direct.length > 0 || (getter as unknown) === carrierGetter) return direct;
  for (const name of getter.keys(carrier)) {
    if (name.length === key.length && name !== key && name.toLowerCase() === key) {
      const lines = linesOf(getter.get(carrier, name));
      if (lines.length > 0) return lines;
    }
  }
  return direct;
}

function linesOf(value: unknown): string[] {
  const lines: string[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    const text = decodeText(one);
    if (text !== undefined) lines.push(text);
  }
  return lines;
}
