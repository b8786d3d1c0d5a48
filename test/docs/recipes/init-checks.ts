// The checks of the recipes under "HTTP", "Sampling", "Export" and "Start and end of the process".

import type { RequestListener, Server } from 'node:http';
import { expect, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { freePort } from '../../support/free-port.mjs';
import { trace } from '../../../src/index.js';
import { type Check, requestFromOutside } from './recipe.js';

const ok: RequestListener = (_request, response) => void response.end('ok');
const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

export const INIT_CHECKS: Readonly<Record<string, Check>> = {
  async 'Return the trace id to the client'(recipe) {
    await recipe.run();
    const port = await recipe.serve(ok);
    const { headers } = await requestFromOutside(`http://127.0.0.1:${port}/`);
    const span = await eventually(async () => {
      const [received] = await recipe.spans();
      expect(received?.kind).toBe('server');
      return received;
    });
    expect(headers.get('x-trace-id')).toBe(span?.traceId);
  },

  async 'Send trace headers to allowed hosts only'(recipe) {
    await recipe.run();
    const received: unknown[] = [];
    const port = await recipe.serve((request, response) => {
      received.push([request.headers['traceparent'] !== undefined, request.headers['baggage']]);
      response.end();
    });
    await trace.withBaggage({ tenant: 'acme' }, () =>
      trace.span('request', async () => {
        for (const host of ['localhost', '127.0.0.1']) await (await fetch(`http://${host}:${port}/`)).text();
      }),
    );
    expect(received).toEqual([
      [true, undefined],
      [false, undefined],
    ]);
  },

  async 'Sample by route'(recipe) {
    await recipe.run();
    const port = await recipe.serve(ok);
    // At the ratio 0.1, one of 100 traces is kept, and one of 5 is not, almost surely.
    const paths = [...numbered('/health/', 100), ...numbered('/orders/', 5)];
    for (const path of paths) await requestFromOutside(`http://127.0.0.1:${port}${path}`);
    await eventually(async () => {
      const received = (await recipe.spans()).map(({ attributes }) => attributes['url.path']);
      expect(received.toSorted()).toEqual(numbered('/orders/', 5));
    });
  },

  async 'Keep a trace on demand'(recipe) {
    const handle: RequestListener = (request, response) => trace.span('work', () => ok(request, response));
    const { server } = await recipe.run<{ server: Server }>({ handle });
    const port = await recipe.serve(server);
    const url = `http://127.0.0.1:${port}/`;
    expect((await requestFromOutside(url)).text).toBe('ok');
    expect(await recipe.paths()).toEqual([]);
    expect((await requestFromOutside(url, { 'x-debug': '1' })).text).toBe('ok');
    await eventually(async () => expect(await recipe.paths()).toEqual(['GET', 'GET > work']));
  },

  async 'Change sampling at run time'(recipe) {
    const { setRatio, setEnabled } = await recipe.run<{
      setRatio(ratio: number): void;
      setEnabled(enabled: boolean): void;
    }>();
    setRatio(1);
    trace.span('open', () => {
      setRatio(0);
      trace.span('unsampled', { root: true }, () => {});
    });
    setRatio(1);
    setEnabled(false);
    trace.span('off', () => {});
    setEnabled(true);
    trace.span('on', () => {});
    expect((await recipe.paths()).toSorted()).toEqual(['on', 'open']);
  },

  async 'Redact a field'(recipe) {
    await recipe.run();
    trace.span('pay', { attributes: { iban: 'DE02120300000000202051', amount: 12 } }, () => {
      trace.addEvent('sent', { body: '{"iban":"DE02120300000000202051","city":"Bonn"}' });
    });
    const [span] = await recipe.spans();
    expect(span?.attributes['amount']).toBe(12);
    expect(String(span?.events[0]?.attributes['body'])).toContain('"city":"Bonn"');
    expect(JSON.stringify([span?.attributes, span?.events])).not.toContain('DE02');
  },

  async 'Send to two exporters'(recipe) {
    const port = await freePort();
    vi.stubEnv('METRICS_PORT', String(port));
    await recipe.run();
    trace.span('checkout', () => {});
    expect(await recipe.paths()).toEqual(['checkout']);
    const { text } = await requestFromOutside(`http://127.0.0.1:${port}/metrics`);
    expect(text).toContain('span_name="checkout"');
  },

  async 'Write a custom exporter'(recipe) {
    const archived: string[] = [];
    let closed = 0;
    const append = (names: string[]): boolean => archived.push(...names) > 0;
    await recipe.run({ archive: { append, close: async () => void closed++ } });
    trace.span('checkout', () => {});
    expect(await recipe.paths()).toEqual(['checkout']);
    expect(archived).toEqual(['checkout']);
    await trace.shutdown();
    expect(closed).toBe(1);
  },

  async 'Filter spans'(recipe) {
    await recipe.run();
    trace.span('poll', () => {});
    trace.span('checkout', () => trace.span('poll', () => trace.span('query', () => {})));
    expect(await recipe.paths()).toEqual(['checkout', 'checkout > poll', 'checkout > poll > query']);
    expect(trace.stats().exporters[0]).toMatchObject({ dropped: { filtered: 1 }, filter_refused: 1 });
  },

  async 'Shut down gracefully'(recipe) {
    const order: string[] = [];
    const close = async (): Promise<void> => {
      order.push('close');
      await trace.span('last request', async () => void order.push('request'));
    };
    const before = process.listeners('SIGTERM');
    await recipe.run({ server: { close } });
    const added = process.listeners('SIGTERM').filter(listener => !before.includes(listener));
    expect(added).toHaveLength(1);
    for (const listener of added) {
      process.off('SIGTERM', listener);
      await Promise.resolve(listener('SIGTERM'));
    }
    expect(order).toEqual(['close', 'request']);
    expect(await recipe.paths()).toEqual(['last request']);
    expect(trace.span('late', () => trace.ids())).toBeUndefined();
  },

  async 'Turn tracing off in tests'(recipe) {
    vi.stubEnv('NODE_ENV', 'test');
    await recipe.run();
    expect(trace.span('checkout', () => trace.ids())).toBeUndefined();
    await trace.shutdown();
    vi.stubEnv('NODE_ENV', 'production');
    await recipe.run();
    expect(trace.span('checkout', () => 42)).toBe(42);
    expect(await recipe.paths()).toEqual(['checkout']);
  },
};
