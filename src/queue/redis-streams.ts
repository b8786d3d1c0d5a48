// Redis streams: the context is in additional fields of an entry.
//
//   XADD orders * order 4711 traceparent 00-… baggage tenant=a
//
// Works with ioredis and node-redis. Instrumentations of the clients create CLIENT spans for the commands, as children of
// these PRODUCER spans. The two kinds of span describe different operations.

import { decodeText } from '../propagation/index.js';
import { copyForClient } from './copy-for-client.js';
import { createProcess, createProcessBatch } from './process.js';
import { publishMessage } from './publish.js';
import type { Process, ProcessBatch, ReceivedMessage } from './types.js';
import { asRecord, asText } from './unknown-record.js';
import { splitXaddArguments } from './xadd-arguments.js';

/** The required methods of ioredis (`xadd`) and of node-redis (`xAdd`). */
export interface RedisClient {
  xadd(...args: never[]): unknown;
  xAdd(...args: never[]): unknown;
}

const SYSTEM = 'redis';
const OPERATION = 'xadd';
/** Generated entry ids start with milliseconds since the Unix epoch. Smaller numbers are ids of the application. */
const MIN_GENERATED_ID = 1e12;

function xadd<C extends Pick<RedisClient, 'xadd'>>(
  client: C,
  ...args: Parameters<C['xadd']>
): ReturnType<C['xadd']> {
  const call = (callArgs: readonly unknown[]): ReturnType<C['xadd']> =>
    Reflect.apply(client.xadd, client, callArgs as never[]) as ReturnType<C['xadd']>;
  const split = copyForClient(SYSTEM, () => splitXaddArguments(args));
  if (split === undefined) return call(args);
  const { key, head, id, fields, tail } = split;
  return publishMessage(describeEntry(key, id, fields), () => call([...head, ...fields, ...tail]));
}

function xAdd<C extends Pick<RedisClient, 'xAdd'>>(
  client: C,
  ...args: Parameters<C['xAdd']>
): ReturnType<C['xAdd']> {
  const [key, id, message, ...rest] = args as readonly unknown[];
  const call = (entry: unknown): ReturnType<C['xAdd']> =>
    Reflect.apply(client.xAdd, client, [key, id, entry, ...rest] as never[]) as ReturnType<C['xAdd']>;
  const entry = copyForClient(SYSTEM, () => ({ ...(message as Record<string, unknown>) }));
  if (entry === undefined) return call(message);
  return publishMessage(describeEntry(key, id, entry), () => call(entry));
}

const process = createProcess<string>('redisStreams', SYSTEM, (stream, entry) => ({
  ...readEntry(entry),
  destination: asText(stream),
}));

const processBatch = createProcessBatch<string>(
  'redisStreams',
  SYSTEM,
  stream => ({ destination: asText(stream) }),
  readEntry,
);

/**
 * Redis streams with ioredis or node-redis.
 *
 * @example
 * await redisStreams.xadd(redis, 'orders', 'MAXLEN', '~', 10_000, '*', 'order', JSON.stringify(order));
 * for (const entry of entries) await redisStreams.process('orders', entry, () => confirm(entry));
 */
export const redisStreams: {
  /** `redis.xadd` of ioredis in a PRODUCER span, with its parameters and result. */
  xadd<C extends Pick<RedisClient, 'xadd'>>(client: C, ...args: Parameters<C['xadd']>): ReturnType<C['xadd']>;
  /** `client.xAdd` of node-redis in a PRODUCER span, with its parameters and result. */
  xAdd<C extends Pick<RedisClient, 'xAdd'>>(client: C, ...args: Parameters<C['xAdd']>): ReturnType<C['xAdd']>;
  /**
   * Processes an entry in a CONSUMER span. The entry has the form in which `XREAD`, `XREADGROUP` and `XAUTOCLAIM` return it:
   * `[id, [name, value, …]]`, or `{ id, message }`. Pass `attempt` if the pending list of the group is known.
   */
  readonly process: Process<string>;
  /** Processes entries that were read together in one CONSUMER span, with a link for each. */
  readonly processBatch: ProcessBatch<string>;
} = { xadd, xAdd, process, processBatch };

function describeEntry(key: unknown, id: unknown, carrier: object): Parameters<typeof publishMessage>[0] {
  const destination = decodeText(key);
  return {
    system: SYSTEM,
    operation: OPERATION,
    ...(destination && { destination }),
    carrier,
    // An id that Redis generates contains the send time.
    sendTime: decodeText(id) !== '*',
  };
}

function readEntry(entry: unknown): ReceivedMessage {
  const [id, fields] = Array.isArray(entry) ? entry : [asRecord(entry).id, asRecord(entry).message];
  const messageId = asText(id);
  const sentAt = Number.parseInt(messageId ?? '', 10);
  return {
    carrier: fields,
    ...(messageId && { messageId }),
    ...(sentAt > MIN_GENERATED_ID && { sentAt }),
  };
}
