// The context as one text inside a job's payload, for queues that carry nothing but the payload.

import { createCarrierAccess, type CarrierAccess, NOOP_CARRIER_ACCESS, decodeText } from './access.js';
import { parseFoldedFields } from './folded-fields.js';
import { refused } from '../rejected-header.js';

/**
 * A carrier that keeps everything in one string property: JSON with the headers, as bullmq-otel writes it.
 * Reads a bare `traceparent` and a nested object of headers, too. A payload that is no object carries nothing.
 *
 * @param payload the job's data
 * @param property the property's name. @default 'traceContext'
 * @example
 * trace.inject(propertyCarrier(job.data));
 * trace.continue(propertyCarrier(job.data), 'resize', () => resize(job.data.image));
 */
export function propertyCarrier(payload: unknown, property: string = 'traceContext'): CarrierAccess {
  if (typeof payload !== 'object' || payload === null) {
    refused('job payload', 'it is no object', payload === null ? 'null' : typeof payload);
    return NOOP_CARRIER_ACCESS;
  }
  const record = payload as Record<string, unknown>;
  const fields = (): Record<string, unknown> => {
    const value = record[property];
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) return { ...value };
    return parseFoldedFields(decodeText(value));
  };
  return createCarrierAccess({
    kind: 'job payload',
    read: name => fields()[String(name)],
    write: (name, value) => {
      record[property] = JSON.stringify({ ...fields(), [String(name)]: value });
    },
    names: () => Object.keys(fields()),
  });
}
