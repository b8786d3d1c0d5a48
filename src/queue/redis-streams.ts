// Redis streams: an entry is a list of fields, and the context is some fields more.
//
//   XADD orders * order 4711 traceparent 00-… baggage tenant=a
//
// Works with ioredis and with node-redis. An instrumentation of either makes CLIENT spans for the commands, which stand
// below these PRODUCER spans: that is not the same thing twice.

import { mergeAdapterOptions, asRecord, asText } from './adapter-options.js';
import { consume } from './consume.js';
import { consumeBatch } from './consume-batch.js';
import { publish } from './publish.js';
import type { AdapterOptions, ConsumerOptions, ReceivedMessage } from './types.js';

/** What is used of ioredis (`xadd`) or of node-redis (`xAdd`). */
export type RedisClient = RedisXadd | RedisXAdd;
interface RedisXadd {
  xadd(...args: never[]): Promise<unknown>;
}
interface RedisXAdd {
  xAdd(...args: never[]): Promise<unknown>;
}

/** Options of `redisStreamEntries.add`. */
export interface RedisAddOptions {
  /** @default '*', which lets Redis choose, and makes the send time readable from the id */
  readonly id?: string;
  /** Entries that the stream is to keep, about. @default all */
  readonly maxLen?: number;
}

const SYSTEM = 'redis';
/** Entry ids that Redis chose begin with milliseconds; smaller ones were chosen by the application. */
const FIRST_TIME = 1e12;

/**
 * `XADD` in a PRODUCER span.
 *
 * @param client a client of ioredis or node-redis
 * @param stream the stream's key
 * @param fields the entry; it stays as it is
 * @param options id and length
 * @returns the entry's id
 */
function add(
  client: RedisClient,
  stream: string,
  fields: Readonly<Record<string, string | number>>,
  options: RedisAddOptions = {},
): Promise<string | null> {
  const entry = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  const { id = '*', maxLen } = options;
  const call = (): Promise<unknown> => {
    if ('xAdd' in client) {
      const trim = { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: maxLen } };
      return Reflect.apply(client.xAdd, client, [stream, id, entry, ...(maxLen === undefined ? [] : [trim])]);
    }
    const trim = maxLen === undefined ? [] : ['MAXLEN', '~', maxLen];
    return Reflect.apply(client.xadd, client, [stream, ...trim, id, ...Object.entries(entry).flat()]);
  };
  const said = { system: SYSTEM, destination: stream, operation: 'xadd', carrier: entry };
  return publish({ ...said, sendTime: id !== '*' }, call) as Promise<string | null>;
}

/**
 * Processes an entry in a CONSUMER span.
 *
 * @param stream the stream's key
 * @param entry as `XREAD`, `XREADGROUP` and `XAUTOCLAIM` give it: `[id, [name, value, …]]`, or `{ id, message }`
 * @param fn the work
 * @param said further attributes, relation; `attempt` where the group's pending list was asked
 */
function process<T>(stream: string, entry: unknown, fn: () => T, said?: ConsumerOptions): T {
  return consume(
    mergeAdapterOptions(() => receivedOf(entry), { system: SYSTEM, destination: stream }, said),
    fn,
  );
}

/**
 * Processes entries that were read together in one CONSUMER span with a link for each.
 *
 * @param stream the stream's key
 * @param entries the entries
 * @param fn the work
 * @param said further attributes
 */
function processBatch<T>(stream: string, entries: readonly unknown[], fn: () => T, said?: AdapterOptions): T {
  const bare = { system: SYSTEM, destination: stream, messages: [] };
  return consumeBatch(
    mergeAdapterOptions(() => ({ messages: entries.map(receivedOf) }), bare, said),
    fn,
  );
}

/** Add, process and processBatch, around Redis streams. */
export const redisStreamEntries: {
  readonly add: typeof add;
  readonly process: typeof process;
  readonly processBatch: typeof processBatch;
} = { add, process, processBatch };

function receivedOf(entry: unknown): ReceivedMessage {
  const [id, fields] = Array.isArray(entry) ? entry : [asRecord(entry).id, asRecord(entry).message];
  const messageId = asText(id);
  const sent = Number.parseInt(messageId ?? '', 10);
  return {
    carrier: fields,
    ...(messageId && { messageId }),
    ...(sent > FIRST_TIME && { sentAt: sent }),
  };
}
