// The `attributes` option: dates, big integers and objects are kept as text or JSON, as on spans.

import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { normaliseAttributeValue } from '../spans/attributes.js';
import { formatValue } from '../core/format-value.js';
import { attempt, type Reader, record, refuse, under } from './validators.js';

/** Resource attributes; null and undefined are left out, functions and symbols are refused. */
export const attributes: Reader<Attributes> = (value, at) => {
  const source = record(value, at);
  if (source === undefined) return undefined;
  const clean = new Map<string, AttributeValue>();
  for (const key of Object.keys(source)) {
    const here = under(at, key);
    const read = attempt(() => {
      const given = source[key];
      const kept = normaliseAttributeValue(given);
      if (kept !== undefined || given === undefined || given === null) return kept;
      return refuse(here, 'wrong_type', 'a string, number, boolean or a list of these', formatValue(given));
    }, here);
    if (read !== undefined) clean.set(key, read);
  }
  return Object.fromEntries(clean);
};
