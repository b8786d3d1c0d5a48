// BullMQ: the context is JSON in the job option `telemetry.metadata`, as bullmq-otel writes it.
//
//   opts: { attempts: 3, telemetry: { metadata: '{"traceparent":"00-…","baggage":"…"}' } }
//
// One side can use these wrappers and the other bullmq-otel. If the same queue or worker has the option `telemetry`,
// bullmq-otel creates the spans, and these wrappers add only the queue time.

import { safeText } from '../core/diagnostics.js';
import { guarded } from '../core/guard.js';
import { type CarrierAccess, propertyCarrier } from '../propagation/index.js';
import { copyForClient, mergeAdapterOptions } from './adapter-options.js';
import { consume } from './consume.js';
import { publish, publishBatch } from './publish.js';
import type { ConsumerOptions } from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** The required properties and methods of BullMQ's `Queue`. */
export interface BullQueue {
  readonly name: string;
  readonly opts?: object;
  add(...args: never[]): Promise<unknown>;
  addBulk(jobs: never): Promise<unknown>;
}

const SYSTEM = 'bullmq';

/** `queue.add` in a PRODUCER span, with the parameters and result of the queue. */
function add<Q extends BullQueue>(queue: Q, ...args: Parameters<Q['add']>): ReturnType<Q['add']> {
  const [name, data, options] = args as readonly unknown[];
  const filledOptions = copyForClient(SYSTEM, () => copyJobOptions(options));
  const call = (jobOptions: unknown): ReturnType<Q['add']> =>
    Reflect.apply(queue.add, queue, [name, data, jobOptions]) as ReturnType<Q['add']>;
  if (filledOptions === undefined || hasTelemetry(queue)) return call(options);
  const messageId = asText(asRecord(filledOptions).jobId);
  const publishOptions = {
    system: SYSTEM,
    destination: readQueueName(queue),
    operation: 'add',
    sendTime: false,
    attributes: { 'messaging.bullmq.job.name': safeText(name) },
    carrier: createJobCarrier(filledOptions),
    ...(messageId && { messageId }),
  };
  return publish(publishOptions, () => call(filledOptions));
}

/** `queue.addBulk` in one PRODUCER span, whose context all jobs carry. */
function addBulk<Q extends BullQueue>(queue: Q, ...args: Parameters<Q['addBulk']>): ReturnType<Q['addBulk']> {
  const [jobs] = args as readonly unknown[];
  const filledJobs = copyForClient(SYSTEM, () => {
    // Array.isArray, because a Buffer can also be iterated, into numbers.
    if (!Array.isArray(jobs)) throw new TypeError('the jobs are not an array');
    return Array.from(jobs as object[], job => ({ ...job, opts: copyJobOptions(asRecord(job).opts) }));
  });
  const call = (list: unknown): ReturnType<Q['addBulk']> =>
    Reflect.apply(queue.addBulk, queue, [list]) as ReturnType<Q['addBulk']>;
  if (filledJobs === undefined || hasTelemetry(queue)) return call(jobs);
  const batchOptions = {
    system: SYSTEM,
    destination: readQueueName(queue),
    operation: 'addBulk',
    sendTime: false,
    messages: filledJobs.map(({ opts }) => ({ carrier: createJobCarrier(opts) })),
  };
  return publishBatch(batchOptions, () => call(filledJobs));
}

/**
 * Creates a processor for `new Worker(name, processor)` with each job in a CONSUMER span. Scheduled jobs are linked to
 * the sender of the schedule, and so are attempts that start more than a minute after the job was due.
 *
 * @param fn the work
 * @param consumerOptions further attributes, relation
 */
function processor<A extends unknown[], R>(
  fn: (...args: A) => R,
  consumerOptions?: ConsumerOptions,
): (...args: A) => R {
  return (...args) => {
    const read = (): object => {
      const { queueName, name, id, opts, timestamp, attemptsMade, repeatJobKey } = asRecord(args[0]);
      const { telemetry, delay, repeat } = asRecord(opts);
      const dueMs = typeof timestamp === 'number' ? timestamp + (Number(delay) || 0) : undefined;
      return {
        carrier: propertyCarrier(asRecord(telemetry), 'metadata'),
        destination: asText(queueName),
        messageId: asText(id),
        sentAt: dueMs,
        attempt: typeof attemptsMade === 'number' ? attemptsMade + 1 : undefined,
        repeated: asText(repeatJobKey) !== undefined || (repeat !== undefined && repeat !== null),
        attributes: { 'messaging.bullmq.job.name': asText(name) },
      };
    };
    const options = mergeAdapterOptions(read, { system: SYSTEM, destination: 'unknown' }, consumerOptions);
    return consume(options, () => fn(...args));
  };
}

/** Add, addBulk and processor for BullMQ. */
export const bullmqJobs: {
  readonly add: typeof add;
  readonly addBulk: typeof addBulk;
  readonly processor: typeof processor;
} = { add, addBulk, processor };

interface JobOptions {
  readonly telemetry: { readonly omitContext?: boolean };
}

function copyJobOptions(options: unknown): JobOptions {
  return { ...asRecord(options), telemetry: { ...asRecord(asRecord(options).telemetry) } };
}

/** Creates the carrier of a job. With `omitContext` BullMQ must not get the context, so an unused object receives it. */
function createJobCarrier({ telemetry }: JobOptions): CarrierAccess {
  return propertyCarrier(telemetry.omitContext === true ? {} : telemetry, 'metadata');
}

function hasTelemetry(queue: BullQueue): boolean {
  const read = (): boolean => asRecord(asRecord(queue.opts).telemetry).tracer !== undefined;
  return guarded('reading the options of a bullmq queue', read, false);
}

function readQueueName(queue: BullQueue): string {
  return guarded('reading the name of a bullmq queue', () => asText(queue.name), undefined) ?? 'unknown';
}
