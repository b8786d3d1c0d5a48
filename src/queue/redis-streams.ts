// Redis streams: the context is in additional fields of an entry.
//
//   XADD orders * order 4711 traceparent 00-… baggage tenant=a
//
// Works with ioredis and node-redis. Instrumentations of the clients create CLIENT spans for the commands, as children of
// these PRODUCER spans. The two kinds of span describe different operations.

import { mergeAdapterOptions } from './adapter-options.js';
import { consume } from './consume.js';
import { consumeBatch } from './consume-batch.js';
import { publish } from './publish.js';
import type { AdapterOptions, ConsumerOptions, ReceivedMessage } from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** The required method of ioredis (`xadd`) or of node-redis (`xAdd`). */
export type RedisClient = RedisXadd | RedisXAdd;
interface RedisXadd {
  xadd(...args: never[]): Promise<unknown>;
}
interface RedisXAdd {
  xAdd(...args: never[]): Promise<unknown>;
}

/** Options of `redisStreamEntries.add`. */
export interface RedisAddOptions {
  /** The id of the entry. @default '*': Redis generates an id that contains the send time */
  readonly id?: string;
  /** Approximate maximum number of entries in the stream. @default unlimited */
  readonly maxLen?: number;
}

const SYSTEM = 'redis';
/** Generated entry ids start with milliseconds since the Unix epoch. Smaller numbers are ids of the application. */
const MIN_GENERATED_ID = 1e12;

/**
 * `XADD` in a PRODUCER span.
 *
 * @param client a client of ioredis or node-redis
 * @param stream the key of the stream
 * @param fields the entry; not modified
 * @param options id and length
 * @returns the id of the entry
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
  const publishOptions = {
    system: SYSTEM,
    destination: stream,
    operation: 'xadd',
    carrier: entry,
    sendTime: id !== '*',
  };
  return publish(publishOptions, call) as Promise<string | null>;
}

/**
 * Processes an entry in a CONSUMER span.
 *
 * @param stream the key of the stream
 * @param entry the entry as `XREAD`, `XREADGROUP` and `XAUTOCLAIM` return it: `[id, [name, value, …]]`, or `{ id, message }`
 * @param fn the work
 * @param consumerOptions further attributes, relation; `attempt` if the pending list of the group is known
 */
function process<T>(stream: string, entry: unknown, fn: () => T, consumerOptions?: ConsumerOptions): T {
  const defaults = { system: SYSTEM, destination: stream };
  return consume(
    mergeAdapterOptions(() => readEntry(entry), defaults, consumerOptions),
    fn,
  );
}

/**
 * Processes entries that were read together in one CONSUMER span with a link for each.
 *
 * @param stream the key of the stream
 * @param entries the entries
 * @param fn the work
 * @param adapterOptions further attributes
 */
function processBatch<T>(
  stream: string,
  entries: readonly unknown[],
  fn: () => T,
  adapterOptions?: AdapterOptions,
): T {
  const defaults = { system: SYSTEM, destination: stream, messages: [] };
  return consumeBatch(
    mergeAdapterOptions(() => ({ messages: entries.map(readEntry) }), defaults, adapterOptions),
    fn,
  );
}

/** Add, process and processBatch for Redis streams. */
export const redisStreamEntries: {
  readonly add: typeof add;
  readonly process: typeof process;
  readonly processBatch: typeof processBatch;
} = { add, process, processBatch };

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
