// BullMQ: the context is JSON in the job option `telemetry.metadata`, as bullmq-otel writes it.
//
//   opts: { attempts: 3, telemetry: { metadata: '{"traceparent":"00-…","baggage":"…"}' } }
//
// One side can use these wrappers and the other bullmq-otel. If the same queue or worker has the option `telemetry`,
// bullmq-otel creates the spans, and these wrappers add only the queue time.

import { safeText } from '../core/diagnostics.js';
import { guarded } from '../core/guard.js';
import { type CarrierAccess, propertyCarrier } from '../propagation/index.js';
import { copyForClient } from './copy-for-client.js';
import { createProcess } from './process.js';
import { publishMessage, publishMessages } from './publish.js';
import type { OutgoingMessage, Process } from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** The required properties and methods of BullMQ's `Queue`. */
export interface BullQueue {
  readonly name: string;
  readonly opts?: object | undefined;
  add(...args: never[]): Promise<unknown>;
  addBulk(jobs: never): Promise<unknown>;
}

const SYSTEM = 'bullmq';

function add<Q extends Pick<BullQueue, 'name' | 'opts' | 'add'>>(
  queue: Q,
  ...args: Parameters<Q['add']>
): ReturnType<Q['add']> {
  const [name, data, options] = args as readonly unknown[];
  const filledOptions = copyForClient(SYSTEM, () => copyJobOptions(options));
  const call = (jobOptions: unknown): ReturnType<Q['add']> =>
    Reflect.apply(queue.add, queue, [name, data, jobOptions]) as ReturnType<Q['add']>;
  if (filledOptions === undefined || hasTelemetry(queue)) return call(options);
  const messageId = asText(filledOptions.jobId);
  const publishOptions = {
    system: SYSTEM,
    destination: readQueueName(queue),
    operation: 'add',
    sendTime: false,
    attributes: { 'messaging.bullmq.job.name': safeText(name) },
    carrier: createJobCarrier(filledOptions),
    ...(messageId && { messageId }),
  };
  return publishMessage(publishOptions, () => call(filledOptions));
}

function addBulk<Q extends Pick<BullQueue, 'name' | 'opts' | 'addBulk'>>(
  queue: Q,
  ...args: Parameters<Q['addBulk']>
): ReturnType<Q['addBulk']> {
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
    messages: filledJobs.map(({ opts }) => describeJob(opts)),
  };
  return publishMessages(batchOptions, () => call(filledJobs));
}

/** The name of a queue, or an object that has it: a queue, a worker. */
export type BullSource = string | { readonly name: string };

const process = createProcess<BullSource>('bullmq', SYSTEM, (source, job) => {
  const { queueName, name, id, opts, timestamp, attemptsMade, repeatJobKey } = asRecord(job);
  const { telemetry, delay, repeat } = asRecord(opts);
  const dueMs = typeof timestamp === 'number' ? timestamp + (Number(delay) || 0) : undefined;
  return {
    carrier: propertyCarrier(asRecord(telemetry), 'metadata'),
    destination: asText(source) ?? asText(asRecord(source).name) ?? asText(queueName),
    messageId: asText(id),
    sentAt: dueMs,
    attempt: typeof attemptsMade === 'number' ? attemptsMade + 1 : undefined,
    repeated: asText(repeatJobKey) !== undefined || (repeat !== undefined && repeat !== null),
    attributes: { 'messaging.bullmq.job.name': asText(name) },
  };
});

/**
 * Jobs of BullMQ.
 *
 * @example
 * await bullmq.add(queue, 'confirm', order, { attempts: 3 });
 * new Worker('orders', job => bullmq.process('orders', job, () => confirm(job.data)), { connection });
 */
export const bullmq: {
  /** `queue.add` in a PRODUCER span, with the parameters and result of the queue. */
  add<Q extends Pick<BullQueue, 'name' | 'opts' | 'add'>>(
    queue: Q,
    ...args: Parameters<Q['add']>
  ): ReturnType<Q['add']>;
  /** `queue.addBulk` in one PRODUCER span, whose context all jobs carry. */
  addBulk<Q extends Pick<BullQueue, 'name' | 'opts' | 'addBulk'>>(
    queue: Q,
    ...args: Parameters<Q['addBulk']>
  ): ReturnType<Q['addBulk']>;
  /**
   * Processes a job in a CONSUMER span. Scheduled jobs are linked to the sender of the schedule, and so are attempts that
   * start more than a minute after the job was due.
   */
  readonly process: Process<BullSource>;
} = { add, addBulk, process };

interface JobOptions {
  readonly jobId?: unknown;
  readonly telemetry: { readonly omitContext?: boolean };
}

function describeJob(options: JobOptions): OutgoingMessage {
  const id = asText(options.jobId);
  return { carrier: createJobCarrier(options), ...(id && { id }) };
}

function copyJobOptions(options: unknown): JobOptions {
  return { ...asRecord(options), telemetry: { ...asRecord(asRecord(options).telemetry) } };
}

/** Creates the carrier of a job. With `omitContext` BullMQ must not get the context, so an unused object receives it. */
function createJobCarrier({ telemetry }: JobOptions): CarrierAccess {
  return propertyCarrier(telemetry.omitContext === true ? {} : telemetry, 'metadata');
}

function hasTelemetry(queue: Pick<BullQueue, 'opts'>): boolean {
  const read = (): boolean => asRecord(asRecord(queue.opts).telemetry).tracer !== undefined;
  return guarded('reading the options of a bullmq queue', read, false);
}

function readQueueName(queue: Pick<BullQueue, 'name'>): string {
  return guarded('reading the name of a bullmq queue', () => asText(queue.name), undefined) ?? 'unknown';
}
