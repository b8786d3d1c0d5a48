// The checks of the recipes under "Functions and classes", "Attributes and events" and "Errors and logs".

import { expect } from 'vitest';
import { init, trace } from '../../../src/index.js';
import { memory } from '../../../src/exporters/index.js';
import { eventually } from '../../support/eventually.js';
import { type Check, requestFromOutside } from './recipe.js';

class Database {
  readonly name = 'orders';
}

/** Creates a class of services whose methods call each other. */
function createOrderService() {
  return class OrderService {
    readonly db: Database | undefined;
    constructor(db?: Database) {
      this.db = db;
    }
    async place(item: string): Promise<string> {
      return this.reserve(item);
    }
    async reserve(item: string): Promise<string> {
      return `reserved ${item}`;
    }
  };
}

export const SPAN_CHECKS: Readonly<Record<string, Check>> = {
  async 'Wrap a service class'(recipe) {
    const OrderService = createOrderService();
    await recipe.run({ OrderService });
    expect(await new OrderService().place('lamp')).toBe('reserved lamp');
    expect(await recipe.paths()).toEqual(['OrderService.place', 'OrderService.place > OrderService.reserve']);
  },

  async 'Trace all methods of an object'(recipe) {
    const crm = { find: async (id: string) => `found ${id}`, save: async () => {}, close: () => 'closed' };
    await recipe.run({ crm });
    expect([await crm.find('4711'), await crm.save(), crm.close()]).toEqual([
      'found 4711',
      undefined,
      'closed',
    ]);
    expect((await recipe.paths()).toSorted()).toEqual(['crm.find', 'crm.save']);
  },

  async 'Record arguments and results'(recipe) {
    const chargeCard = async (card: string, amount: number) => ({ id: `p-${amount}`, card });
    const { charge } = await recipe.run<{ charge: typeof chargeCard }>({ chargeCard });
    expect(await charge('4111', 12)).toEqual({ id: 'p-12', card: '4111' });
    const [span] = await recipe.spans();
    expect(span?.attributes).toEqual({ 'payment.amount': 12, 'payment.id': 'p-12' });
  },

  async 'Use a dependency injection container'(recipe) {
    const factories = new Map<string, () => object>();
    const get = (token: string): object | undefined => factories.get(token)?.();
    const OrderService = createOrderService();
    const register = (token: string, create: () => object): void => void factories.set(token, create);
    await recipe.run({ container: { register, get }, Database, OrderService });
    const orders = get('orders') as InstanceType<typeof OrderService>;
    expect(orders).toBeInstanceOf(OrderService);
    expect(orders.db).toBeInstanceOf(Database);
    expect(await orders.place('lamp')).toBe('reserved lamp');
    expect(await recipe.paths()).toEqual(['OrderService.place', 'OrderService.place > OrderService.reserve']);
  },

  async 'Trace a library'(recipe) {
    const request = async (id: string) => `order ${id}`;
    const { load } = await recipe.runAlone<{ load: typeof request }>({ request });
    expect(await load('1')).toBe('order 1');
    const recorded = memory();
    init({ service: 'shop', exporter: recorded, exitHandlers: false });
    expect(await load('2')).toBe('order 2');
    expect(recorded.spans.map(({ name, instrumentationScope }) => [name, instrumentationScope])).toEqual([
      ['acme.load', expect.objectContaining({ name: '@acme/orders-client', version: '1.4.2' })],
    ]);
  },

  async 'Trace a stream'(recipe) {
    async function* stream(question: string): AsyncGenerator<string> {
      yield question;
      yield trace.span('token', () => 'world');
    }
    const { answer } = await recipe.run<{ answer: typeof stream }>({ model: { stream } });
    const tokens = answer('hello');
    expect(await tokens.next()).toEqual({ value: 'hello', done: false });
    expect(await recipe.paths()).toEqual([]);
    expect(await tokens.next()).toEqual({ value: 'world', done: false });
    expect(await tokens.next()).toEqual({ value: undefined, done: true });
    expect(await recipe.paths()).toEqual(['answer', 'answer > token']);
  },

  async 'Set attributes from deep inside'(recipe) {
    const db = { priceOf: async (item: string) => item.length };
    const { priceOf } = await recipe.run<typeof db>({ db });
    const price = trace.span('checkout', () => trace.span('price', () => priceOf('lamp')));
    expect(await price).toBe(4);
    expect((await recipe.spans()).map(({ name, attributes }) => [name, attributes])).toEqual([
      ['checkout', { 'customer.tier': 'gold' }],
      ['price', { 'item.id': 'lamp' }],
    ]);
  },

  async 'Put the tenant on all spans'(recipe) {
    let headers: Record<string, string> = {};
    const route = async (): Promise<void> => {
      trace.span('load', () => {});
      await trace.span('bill', () => void (headers = trace.inject()));
    };
    type Handle = (request: { tenant: string }) => Promise<void>;
    const { handle } = await recipe.run<{ handle: Handle }>({ route });
    await trace.span('request', () => handle({ tenant: 'acme' }));
    const tenants = (await recipe.spans()).map(({ name, attributes }) => [name, attributes['tenant.id']]);
    expect(tenants).toEqual([
      ['request', undefined],
      ['load', 'acme'],
      ['bill', 'acme'],
    ]);
    expect(Object.keys(headers)).toEqual(['traceparent']);
  },

  async 'Rename a span late'(recipe) {
    const { onRouteFound } = await recipe.run<{ onRouteFound(method: string, route: string): void }>();
    const port = await recipe.serve((request, response) => {
      onRouteFound(request.method ?? '', '/orders/:id');
      response.end('ok');
    });
    await requestFromOutside(`http://127.0.0.1:${port}/orders/4711`);
    const span = await eventually(async () => {
      const [received] = await recipe.spans();
      expect(received?.name).toBe('GET /orders/:id');
      return received;
    });
    expect(span?.attributes['http.route']).toBe('/orders/:id');
  },

  async 'Add an event with its time'(recipe) {
    type Confirm = (notice: { provider: string; confirmedAt: Date }) => void;
    const { onConfirmation } = await recipe.run<{ onConfirmation: Confirm }>();
    const startTime = new Date('2026-01-01T10:00:00.000Z');
    const confirmedAt = new Date('2026-01-01T10:00:01.500Z');
    trace.span('pay', { startTime }, () => onConfirmation({ provider: 'acme', confirmedAt }));
    const [span] = await recipe.spans();
    expect(span?.events).toEqual([
      { name: 'payment confirmed', time: 1_500_000_000, attributes: { 'payment.provider': 'acme' } },
    ]);
  },

  async 'Record a feature flag'(recipe) {
    const flags = { evaluate: (key: string) => `${key}-b` };
    const { variantOf } = await recipe.run<{ variantOf(key: string): string }>({ flags });
    expect(trace.span('checkout', () => variantOf('cart'))).toBe('cart-b');
    const [span] = await recipe.spans();
    expect(span?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['feature_flag.evaluation', { 'feature_flag.key': 'cart', 'feature_flag.result.variant': 'cart-b' }],
    ]);
  },

  async 'Expect an error'(recipe) {
    class OutOfStock extends Error {}
    const errors: Readonly<Record<string, Error>> = {
      lamp: new OutOfStock('lamp'),
      sofa: new Error('no database'),
    };
    const stock = { take: (item: string) => Promise.reject(errors[item]) };
    const { reserve } = await recipe.run<{ reserve(item: string): Promise<number> }>({ OutOfStock, stock });
    for (const item of ['lamp', 'sofa']) {
      const order = trace.span(`order ${item}`, () => reserve(item));
      expect(await order.catch((error: unknown) => error)).toBe(errors[item]);
    }
    const codes = (await recipe.spans()).map(({ name, parent, status }) => [
      parent?.name ?? name,
      status.code,
    ]);
    expect(codes).toEqual([
      ['order lamp', 'unset'],
      ['order lamp', 'unset'],
      ['order sofa', 'error'],
      ['order sofa', 'error'],
    ]);
  },

  async 'Show ids in logs and on the error page'(recipe) {
    const records: object[] = [];
    const log = (record: object): void => void records.push(record);
    const { errorPage } = await recipe.run<{ errorPage(error: Error): string }>({ log });
    const page = trace.span('request', () => errorPage(new Error('no database')));
    const [span] = await recipe.spans();
    expect(records).toEqual([
      {
        level: 'error',
        message: 'no database',
        traceId: span?.traceId,
        spanId: span?.spanId,
        sampled: true,
      },
    ]);
    expect(page).toContain(`<a href="https://jaeger.example/trace/${span?.traceId}">${span?.traceId}</a>`);
  },
};
