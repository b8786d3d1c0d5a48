// The context as one text in the payload of a job, for queues that transport nothing but the payload.

import { reportCarrierFailure } from '../propagation-diagnostics.js';
import { type CarrierAccess, createCarrierAccess, decodeText, NOOP_CARRIER_ACCESS } from './access.js';
import { parseFoldedFields } from './folded-fields.js';

/**
 * A carrier that keeps all headers as JSON in one string property, as bullmq-otel does.
 * It also reads a plain `traceparent` and a nested object of headers. A payload that is not an object carries nothing.
 *
 * @param payload the data of the job
 * @param property the name of the property. @default 'traceContext'
 * @example
 * trace.inject(propertyCarrier(job.data));
 * trace.continue(propertyCarrier(job.data), 'resize', () => resize(job.data.image));
 */
export function propertyCarrier(payload: unknown, property: string = 'traceContext'): CarrierAccess {
  if (typeof payload !== 'object' || payload === null) {
    reportCarrierFailure('job payload', `${payload === null ? 'null' : typeof payload} is not an object`);
    return NOOP_CARRIER_ACCESS;
  }
  const record = payload as Record<string, unknown>;
  const readFields = (): Record<string, unknown> => {
    const value = record[property];
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) return { ...value };
    return parseFoldedFields(decodeText(value));
  };
  return createCarrierAccess({
    kind: 'job payload',
    read: name => readFields()[String(name)],
    write: (name, value) => {
      record[property] = JSON.stringify({ ...readFields(), [String(name)]: value });
    },
    names: () => Object.keys(readFields()),
  });
}
