// BullMQ: the context travels as JSON in the job option `telemetry.metadata`, where bullmq-otel puts it, too.
//
//   opts: { attempts: 3, telemetry: { metadata: '{"traceparent":"00-…","baggage":"…"}' } }
//
// So one side may use these wrappers and the other bullmq-otel. With `telemetry` set on the same queue or worker, the
// spans are bullmq-otel's: these wrappers then add the queue time only.

import { safeText } from '../core/diagnostics.js';
import { guarded } from '../core/guard.js';
import { type CarrierAccess, propertyCarrier } from '../propagation/index.js';
import { copyForClient, mergeAdapterOptions, asRecord, asText } from './adapter-options.js';
import { consume } from './consume.js';
import { publish, publishBatch } from './publish.js';
import type { ConsumerOptions } from './types.js';

/** What is used of BullMQ's `Queue`. */
export interface BullQueue {
  readonly name: string;
  readonly opts?: object;
  add(...args: never[]): Promise<unknown>;
  addBulk(jobs: never): Promise<unknown>;
}

const SYSTEM = 'bullmq';

/** `queue.add` in a PRODUCER span; parameters and result are the queue's own. */
function add<Q extends BullQueue>(queue: Q, ...args: Parameters<Q['add']>): ReturnType<Q['add']> {
  const [name, data, options] = args as readonly unknown[];
  const filled = copyForClient(SYSTEM, () => withTelemetry(options));
  const call = (opts: unknown): ReturnType<Q['add']> =>
    Reflect.apply(queue.add, queue, [name, data, opts]) as ReturnType<Q['add']>;
  if (filled === undefined || hasTelemetry(queue)) return call(options);
  const messageId = asText(asRecord(filled).jobId);
  const attributes = { 'messaging.bullmq.job.name': safeText(name) };
  const said = { system: SYSTEM, destination: nameOf(queue), operation: 'add', sendTime: false, attributes };
  const carrier = carrierOfOptions(filled);
  return publish({ ...said, carrier, ...(messageId && { messageId }) }, () => call(filled));
}

/** `queue.addBulk` in one PRODUCER span, whose context all jobs carry. */
function addBulk<Q extends BullQueue>(queue: Q, ...args: Parameters<Q['addBulk']>): ReturnType<Q['addBulk']> {
  const [jobs] = args as readonly unknown[];
  const filled = copyForClient(SYSTEM, () => {
    // A Buffer has a map, too, that makes numbers of everything.
    if (!Array.isArray(jobs)) throw new TypeError('the jobs are no array');
    return Array.from(jobs as object[], job => ({ ...job, opts: withTelemetry(asRecord(job).opts) }));
  });
  const call = (list: unknown): ReturnType<Q['addBulk']> =>
    Reflect.apply(queue.addBulk, queue, [list]) as ReturnType<Q['addBulk']>;
  if (filled === undefined || hasTelemetry(queue)) return call(jobs);
  const messages = filled.map(({ opts }) => ({ carrier: carrierOfOptions(opts) }));
  const said = {
    system: SYSTEM,
    destination: nameOf(queue),
    operation: 'addBulk',
    sendTime: false,
    messages,
  };
  return publishBatch(said, () => call(filled));
}

/**
 * A processor for `new Worker(name, processor)`, each job in a CONSUMER span. Jobs of a schedule are linked to whoever
 * made the schedule, and so are attempts that come more than a minute after the job was due.
 *
 * @param fn the work
 * @param said further attributes, relation
 */
function processor<A extends unknown[], R>(fn: (...args: A) => R, said?: ConsumerOptions): (...args: A) => R {
  return (...args) => {
    const read = (): object => {
      const { queueName, name, id, opts, timestamp, attemptsMade, repeatJobKey } = asRecord(args[0]);
      const { telemetry, delay, repeat } = asRecord(opts);
      const due = typeof timestamp === 'number' ? timestamp + (Number(delay) || 0) : undefined;
      return {
        carrier: propertyCarrier(asRecord(telemetry), 'metadata'),
        destination: asText(queueName),
        messageId: asText(id),
        sentAt: due,
        attempt: typeof attemptsMade === 'number' ? attemptsMade + 1 : undefined,
        repeated: asText(repeatJobKey) !== undefined || (repeat !== undefined && repeat !== null),
        attributes: { 'messaging.bullmq.job.name': asText(name) },
      };
    };
    return consume(mergeAdapterOptions(read, { system: SYSTEM, destination: 'unknown' }, said), () => fn(...args));
  };
}

/** Add, addBulk and processor, around BullMQ. */
export const bullmqJobs: {
  readonly add: typeof add;
  readonly addBulk: typeof addBulk;
  readonly processor: typeof processor;
} = { add, addBulk, processor };

interface FilledOptions {
  readonly telemetry: { readonly omitContext?: boolean };
}

function withTelemetry(options: unknown): FilledOptions {
  return { ...asRecord(options), telemetry: { ...asRecord(asRecord(options).telemetry) } };
}

/** The place for the context; none where the user told BullMQ to leave it out. */
function carrierOfOptions({ telemetry }: FilledOptions): CarrierAccess {
  return propertyCarrier(telemetry.omitContext === true ? {} : telemetry, 'metadata');
}

function hasTelemetry(queue: BullQueue): boolean {
  const read = (): boolean => asRecord(asRecord(queue.opts).telemetry).tracer !== undefined;
  return guarded('reading the options of a bullmq queue', read, false);
}

function nameOf(queue: BullQueue): string {
  return guarded('reading the name of a bullmq queue', () => asText(queue.name), undefined) ?? 'unknown';
}
