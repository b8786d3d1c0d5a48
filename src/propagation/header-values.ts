// Reads the values of a header from any carrier and getter that an OpenTelemetry propagator receives.

import type { TextMapGetter } from '@opentelemetry/api';
import { type CarrierAccess, decodeText } from './carriers/access.js';

/** The getter for the result of `accessCarrier`, which finds names in any case and decodes values. */
export const carrierGetter: TextMapGetter<CarrierAccess> = {
  get: (access, key) => access.get(key),
  keys: access => access.keys(),
};

/**
 * Reads all values of a header. Names match in any case, Buffers are UTF-8, and values that are not text are left out.
 *
 * @param carrier the carrier
 * @param getter reads the carrier; instrumentations have different ones
 * @param key the name of the header in lower case
 */
export function readHeaderValues<C>(carrier: C, getter: TextMapGetter<C>, key: string): string[] {
  const direct = decodeValues(getter.get(carrier, key));
  // carrierGetter has compared the names in any case already.
  if (direct.length > 0 || (getter as unknown) === carrierGetter) return direct;
  for (const name of getter.keys(carrier)) {
    if (name.length === key.length && name !== key && name.toLowerCase() === key) {
      const values = decodeValues(getter.get(carrier, name));
      if (values.length > 0) return values;
    }
  }
  return direct;
}

function decodeValues(value: unknown): string[] {
  const texts: string[] = [];
  for (const each of Array.isArray(value) ? value : [value]) {
    const text = decodeText(each);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}
