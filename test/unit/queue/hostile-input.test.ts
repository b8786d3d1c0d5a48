// With any values as options and messages, the caller's work runs once and its result is returned.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  amqplib,
  bullmq,
  consume,
  consumeBatch,
  kafkajs,
  mqtt,
  nats,
  type Process,
  publish,
  publishBatch,
  redisStreams,
  sqs,
} from '../../../src/queue/index.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const ORDERS = { system: 'test', destination: 'orders' };
const SENDER = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };

let tracing: TestTracing;
beforeEach(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.stop());

const fails = (): never => {
  throw new Error('hostile');
};
const throwing = new Proxy({}, { get: fails, has: fails, ownKeys: fails, getPrototypeOf: fails });
const revocable = Proxy.revocable({}, {});
revocable.revoke();
const hostile: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 5],
  ['text', 'x'],
  ['a function', () => {}],
  ['a proxy that throws', throwing],
  ['a revoked proxy', revocable.proxy],
  ['a symbol', Symbol('x')],
  ['a bigint', 10n],
  ['a Buffer', Buffer.from('abc')],
  ['an object without a prototype', Object.create(null)],
];

/** amqplib runs the work for null without a span. */
const PROCESS: Readonly<Record<string, Process<string>>> = {
  bullmq: bullmq.process,
  kafkajs: kafkajs.process,
  mqtt: mqtt.process,
  nats: nats.process,
  redisStreams: redisStreams.process,
  sqs: sqs.process,
};

describe.each(hostile)('%s', (_, value) => {
  const bad = value as never;
  const allOptions = {
    system: bad,
    destination: bad,
    operation: bad,
    messageId: bad,
    attributes: bad,
    carrier: bad,
    sentAt: bad,
    attempt: bad,
    links: bad,
    isError: bad,
  };
  const calls: readonly (readonly [string, (work: () => number) => number])[] = [
    ['options of publish', work => publish(bad, work)],
    ['each option of publish', work => publish(allOptions, work)],
    ['destination of publish', work => publish({ ...ORDERS, destination: bad }, work)],
    ['options of publishBatch', work => publishBatch(bad, work)],
    ['messages of publishBatch', work => publishBatch({ ...ORDERS, messages: bad }, work)],
    [
      'a message of publishBatch',
      work => publishBatch({ ...ORDERS, messages: [bad, { carrier: bad }] }, work),
    ],
    ['options of consume', work => consume(bad, work)],
    ['each option of consume', work => consume(allOptions, work)],
    ['sentAt of consume', work => consume({ ...ORDERS, sentAt: bad, carrier: SENDER }, work)],
    ['options of consumeBatch', work => consumeBatch(bad, work)],
    ['messages of consumeBatch', work => consumeBatch({ ...ORDERS, messages: bad }, work)],
    ['a message of consumeBatch', work => consumeBatch({ ...ORDERS, messages: [bad, allOptions] }, work)],
    ...Object.entries(PROCESS).flatMap(([name, process]): [string, (work: () => number) => number][] => [
      [`message of ${name}.process`, work => process('orders', bad, work)],
      [`source of ${name}.process`, work => process(bad, {}, work)],
      [`each option of ${name}.process`, work => process('orders', {}, allOptions, work)],
    ]),
    ['source of amqplib.process', work => amqplib.process(bad, {}, work)],
    ['messages of kafkajs.processBatch', work => kafkajs.processBatch('orders', bad, work)],
    ['a message of sqs.processBatch', work => sqs.processBatch('orders', [bad, {}], work)],
    ['source of redisStreams.processBatch', work => redisStreams.processBatch(bad, [{}], work)],
  ];

  it.each(calls)('as %s runs the work once', (_where, call) => {
    const work = vi.fn(() => 7);
    expect(call(work)).toBe(7);
    expect(work).toHaveBeenCalledOnce();
    expect(tracing.spans()).toHaveLength(1);
  });

  it('as arguments or properties of a bullmq queue leaves the call to the queue', async () => {
    const add = vi.fn(async (..._args: never[]): Promise<number> => 7);
    const addBulk = (jobs: never): Promise<number> => add(jobs);
    const queue = { name: 'q', opts: {}, add, addBulk };
    const hostileQueue = { name: bad, opts: bad, add, addBulk };
    expect(await bullmq.add(queue, ...(['n', {}, value] as never[]))).toBe(7);
    expect(await bullmq.add(hostileQueue, ...([value, {}, {}] as never[]))).toBe(7);
    expect(await bullmq.addBulk(queue, bad)).toBe(7);
    expect(await bullmq.addBulk(hostileQueue, [{ name: 'n', data: {} }] as never)).toBe(7);
    expect(add).toHaveBeenCalledTimes(4);
  });
});

it('an unreadable message of a batch does not affect the others', () => {
  consumeBatch({ ...ORDERS, messages: [throwing, { carrier: SENDER }] }, () => {});
  const [span] = tracing.spans();
  expect(span?.name).toBe('process orders');
  expect(span?.links.map(link => link.context.spanId)).toEqual(['2'.repeat(16)]);

  const carrier: Record<string, string> = {};
  publishBatch({ ...ORDERS, messages: [throwing as never, { carrier }] }, () => {});
  expect(carrier).toHaveProperty('traceparent');
});

it('passes a list of jobs that is not an array to the queue unchanged', async () => {
  const jobs = Buffer.from('abc');
  const queue = { name: 'q', opts: {}, add: async () => {}, addBulk: async (list: unknown) => list };
  expect(await bullmq.addBulk(queue, jobs)).toBe(jobs);
});

it('passes a topic that cannot become text to the client', async () => {
  const topic = Object.create(null);
  const publishAsync = vi.fn(async (..._args: never[]): Promise<number> => 7);
  expect(await mqtt.publishAsync({ publishAsync }, ...([topic, 'x', {}] as never[]))).toBe(7);
  const natsPublish = vi.fn((..._args: never[]): number => 7);
  expect(nats.publish({ publish: natsPublish }, ...([topic, 'x', { headers: new Map() }] as never[]))).toBe(
    7,
  );
  const send = vi.fn(async (..._args: never[]): Promise<number> => 7);
  const record = { topic, messages: [{ value: 'x' }] };
  expect(await kafkajs.send({ send }, record as never)).toBe(7);
});
