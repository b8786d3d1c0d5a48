// The checks of the recipes under "Context" and "Jobs and queues".

import { EventEmitter } from 'node:events';
import { expect } from 'vitest';
import { trace } from '../../../src/index.js';
import { eventually } from '../../support/eventually.js';
import type { Check } from './recipe.js';

export const CONTEXT_CHECKS: Readonly<Record<string, Check>> = {
  async 'Call back from a pool'(recipe) {
    type Callback = (connection: { query(sql: string): string }) => void;
    const waiting: Callback[] = [];
    const queries: string[] = [];
    const pool = { acquire: (callback: Callback) => void waiting.push(callback) };
    const { countOrders } = await recipe.run<{ countOrders(): void }>({ pool });
    trace.span('request', countOrders);
    trace.span('other request', () => {
      for (const callback of waiting) callback({ query: sql => (queries.push(sql), '3') });
    });
    expect(queries).toEqual(['SELECT count(*) FROM orders']);
    expect((await recipe.paths()).toSorted()).toEqual(['other request', 'request', 'request > count']);
  },

  async 'Listen to an emitter'(recipe) {
    const emitter = new EventEmitter();
    const transport = { open: () => emitter };
    const { download } = await recipe.run<{ download(url: string): EventEmitter }>({ transport });
    expect(trace.span('request', () => download('http://files.example/a'))).toBe(emitter);
    emitter.on('end', () => trace.span('unpack', () => {}));
    trace.span('other request', () => emitter.emit('end'));
    expect((await recipe.paths()).toSorted()).toEqual(['other request', 'request', 'request > unpack']);
  },

  async 'Mute work'(recipe) {
    let traceparent: unknown;
    const port = await recipe.serve((request, response) => {
      traceparent = request.headers['traceparent'];
      response.end('up');
    });
    const { poll } = await recipe.run<{ poll(url: string): Promise<Response> }>();
    const url = `http://127.0.0.1:${port}/`;
    const text = await trace.span('watch', async () => (await poll(url)).text());
    expect(text).toBe('up');
    // The server of this process is another service, whose span is in the trace if the context was sent.
    const own = (await recipe.spans()).filter(({ kind }) => kind !== 'server');
    expect(own.map(({ name }) => name)).toEqual(['watch']);
    expect(traceparent).toBeUndefined();
    await (await fetch(url)).text();
    await eventually(async () => {
      expect((await recipe.spans()).filter(({ kind }) => kind === 'client')).toHaveLength(1);
    });
  },

  async 'Run a cron job as its own trace'(recipe) {
    const jobs = new Map<string, () => Promise<void>>();
    const cron = { schedule: (time: string, job: () => Promise<void>) => void jobs.set(time, job) };
    const closeDay = async (): Promise<void> => trace.span('report', () => {});
    await recipe.run({ cron, closeDay });
    await trace.span('request', () => jobs.get('0 3 * * *')?.());
    const spans = await recipe.spans();
    expect((await recipe.paths()).toSorted()).toEqual(['closeDay', 'closeDay > report', 'request']);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(2);
  },

  async 'Continue from a queue'(recipe) {
    interface Message {
      headers: Record<string, string>;
      body: string;
    }
    const messages: Message[] = [];
    const orders: string[] = [];
    const { enqueue, receive } = await recipe.run<{
      enqueue(order: string): Promise<void>;
      receive(message: Message): Promise<void>;
    }>({
      queue: { send: async (message: Message) => void messages.push(message) },
      confirm: async (order: string) => void orders.push(order),
    });
    await trace.span('checkout', () => enqueue('4711'));
    for (const message of messages) await receive(message);
    expect(orders).toEqual(['4711']);
    expect(await recipe.paths()).toEqual(['checkout', 'checkout > confirmOrder']);
    expect((await recipe.spans()).map(({ kind }) => kind)).toEqual(['internal', 'consumer']);
  },

  async 'Link a batch to its messages'(recipe) {
    const rows: string[] = [];
    const db = { insert: async (bodies: string[]) => void rows.push(...bodies) };
    const { store } = await recipe.run<{ store(batch: object[]): Promise<void> }>({ db });
    const send = (body: string): object => trace.span('send', () => ({ headers: trace.inject(), body }));
    const batch = ['a', 'b'].map(send);
    await trace.span('poll', () => store(batch));
    expect(rows).toEqual(['a', 'b']);
    const spans = await recipe.spans();
    const stored = spans.find(({ name }) => name === 'store');
    const senders = spans
      .filter(({ name }) => name === 'send')
      .map(({ traceId, spanId }) => ({ traceId, spanId }));
    expect(stored?.parentSpanId).toBeUndefined();
    expect(stored?.links.map(({ traceId, spanId }) => ({ traceId, spanId }))).toEqual(senders);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(4);
  },
};
