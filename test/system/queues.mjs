// Each broker for real: a shop takes orders over HTTP and publishes them, a worker confirms them over HTTP; two
// processes, and a backend that only sees what they send.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Child } from './processes.mjs';

const MESSAGES = 1_000;
const LINKED = 20;
const IN_FLIGHT = 24;
const TIMEOUT_MS = 60_000;

/** The examples that run over each broker, with the operation that stands in the producer's name. */
export const QUEUES = {
  redis: [
    { name: 'BullMQ', program: 'bullmq.mjs', operation: 'add' },
    {
      name: 'Redis streams',
      program: 'redis-streams.mjs',
      operation: 'xadd',
      batches: true,
      queue: 'stream',
    },
  ],
  rabbitmq: [{ name: 'RabbitMQ by amqplib', program: 'amqplib.mjs', operation: 'publish' }],
  nats: [{ name: 'NATS', program: 'nats.mjs', operation: 'publish' }],
  mosquitto: [{ name: 'MQTT 5 by Mosquitto', program: 'mqtt.mjs', operation: 'publish' }],
  kafka: [{ name: 'Kafka by kafkajs', program: 'kafkajs.mjs', operation: 'send', batches: true }],
  sqs: [
    { name: 'SQS', program: 'sqs.mjs', operation: 'send' },
    { name: 'SQS, ten attributes used', program: 'sqs.mjs', operation: 'send', queue: 'full', full: true },
  ],
};

/**
 * Runs one example over its broker.
 *
 * @param {import('./report.mjs').Report} report
 * @param example one of {@link QUEUES}
 * @param world where the programs stand, what environment they need, and the backend
 */
export async function runQueue(report, example, { app, env, collector }) {
  const { name, program, operation, batches = false, full = false, queue = 'orders' } = example;
  const next = await startNext();
  const start = async (role, more = {}) => {
    const child = new Child(process.execPath, [program, role], {
      cwd: app,
      ipc: true,
      env: {
        ...env,
        ...collector.env,
        QUEUE: queue,
        NEXT_URL: next.url,
        ...(full && { USED_ATTRIBUTES: '10' }),
        ...more,
      },
    });
    return { child, ...(await child.message()) };
  };
  const started = [];
  const check = (promise, fn) =>
    report.check(name, promise, async () => {
      try {
        await fn();
      } catch (error) {
        const said = started.map(child => child.said).join('\n');
        error.stack = `${error.stack}\n${said}`;
        throw error;
      }
    });
  try {
    const [shop, worker] = await Promise.all([start('shop'), start('worker')]);
    started.push(shop.child, worker.child);

    await check('one trace from HTTP over the queue to the worker and on over HTTP', async () => {
      const order = await placeOrder(shop.url, 'first');
      const arrived = await next.arrival(order.id);
      const spans = await collector.trace(order.traceId, 5);
      const { producer, consumer } = chain(spans, order, arrived);
      assert.deepEqual(
        [producer.name, consumer.name.replace(/:.*/, '')],
        [`${operation} ${queue}`, `process ${queue}`],
      );
      assert.deepEqual([producer.service, consumer.service], ['shop', 'worker']);
      const waited = consumer.attributes['messaging.message.queue_time_ms'];
      assert(waited >= 0 && waited < 30_000, `the queue time is ${waited}`);
      if (!full) tenantsAre(spans, order.tenant);
    });

    await check(`${MESSAGES} messages, none lost and none mixed up`, async () => {
      const ids = Array.from({ length: MESSAGES }, (_, i) => `n${i}`);
      const orders = await inParallel(ids, id => placeOrder(shop.url, id));
      for (const order of orders) {
        const arrived = await next.arrival(order.id);
        assert.equal(arrived.traceId, order.traceId, `order ${order.id} arrived in another trace`);
        if (!full) assert.equal(arrived.baggage, `tenant=${order.tenant}`);
      }
      assert.equal(next.count(), MESSAGES + 1, 'an order arrived more than once');
      const byTrace = Map.groupBy
        ? Map.groupBy(collector.spans, span => span.traceId)
        : new Map(orders.map(({ traceId }) => [traceId, undefined]));
      await collector.trace(orders.at(-1).traceId, 5);
      for (const order of orders) {
        const spans = byTrace.get(order.traceId) ?? (await collector.trace(order.traceId, 5));
        chain(
          spans.length >= 5 ? spans : await collector.trace(order.traceId, 5),
          order,
          await next.arrival(order.id),
        );
      }
    });

    await worker.child.end();
    const linking = await start('worker', { RELATION: 'link' });
    started.push(linking.child);
    await check(`${batches ? 'a batch' : 'relation link'}: new traces, linked to the senders`, async () => {
      const ids = Array.from({ length: LINKED }, (_, i) => `l${i}`);
      const orders = await inParallel(ids, id => placeOrder(shop.url, id));
      for (const order of orders) {
        const arrived = await next.arrival(order.id);
        assert.notEqual(arrived.traceId, order.traceId);
        const own = await collector.trace(order.traceId, 2);
        const producer = only(own, 'producer');
        const worked = await collector.trace(arrived.traceId, 3);
        const consumer = only(worked, 'consumer');
        assert.equal(consumer.parentSpanId, '');
        const links = consumer.links.filter(link => link.spanId === producer.spanId);
        assert.equal(links.length, 1, `the consumer of ${order.id} is not linked to its sender`);
        if (!full && !batches) assert.equal(arrived.baggage, `tenant=${order.tenant}`);
        const waits = [links[0].attributes, consumer.attributes].map(
          attributes => attributes['messaging.message.queue_time_ms'],
        );
        assert(
          waits.some(waited => waited >= 0),
          'no queue time',
        );
      }
    });
  } catch (error) {
    await report.notRun(name, error);
  } finally {
    await Promise.all(started.map(child => child.end()));
    next.stop();
  }
}

/** Follows an order from span to span; answers those on both sides of the queue. */
function chain(spans, order, arrived) {
  const server = only(spans, 'server');
  const producer = only(spans, 'producer');
  const consumer = only(spans, 'consumer');
  const work = spans.find(span => span.name === 'confirmOrder');
  const client = spans.find(span => span.spanId === arrived.spanId);
  const parents = [server, producer, consumer, work, client].map(span => span?.parentSpanId);
  const expected = [order.spanId, server.spanId, producer.spanId, consumer.spanId, work?.spanId];
  assert.deepEqual(parents, expected, `order ${order.id}: the chain of parents is broken`);
  return { producer, consumer };
}

function only(spans, kind) {
  const found = spans.filter(span => span.kind === kind);
  const names = spans.map(span => `${span.service} ${span.kind} ${span.name}`).join('\n');
  assert.equal(found.length, 1, `${found.length} spans of kind ${kind} instead of one, of:\n${names}`);
  return found[0];
}

function tenantsAre(spans, tenant) {
  const wrong = spans.filter(span => span.attributes.tenant !== tenant).map(span => span.name);
  assert.deepEqual(wrong, [], `these spans do not carry the baggage entry ${tenant}`);
}

/** Places an order in a trace of its own, as a browser or another service would. */
async function placeOrder(url, id) {
  const order = { id, traceId: hex(16), spanId: hex(8), tenant: `t-${id}` };
  const response = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { traceparent: `00-${order.traceId}-${order.spanId}-01`, baggage: `tenant=${order.tenant}` },
    body: JSON.stringify({ id }),
  });
  assert.equal(response.status, 202);
  return order;
}

async function inParallel(items, work) {
  const results = [];
  const left = items.entries();
  const lane = async () => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return results;
}

/** The next service: no tracing, it only reads the headers. */
async function startNext() {
  const arrivals = new Map();
  const waiting = new Map();
  let count = 0;
  const server = createServer(async (request, response) => {
    const { id } = await json(request);
    const [, traceId, spanId] = (request.headers.traceparent ?? '').split('-');
    const arrival = { traceId, spanId, baggage: request.headers.baggage };
    count++;
    arrivals.set(id, arrival);
    waiting.get(id)?.(arrival);
    response.end();
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    count: () => count,
    async arrival(id) {
      if (arrivals.has(id)) return arrivals.get(id);
      let timer;
      const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`order ${id} has not arrived`)), TIMEOUT_MS);
      });
      try {
        return await Promise.race([new Promise(resolve => waiting.set(id, resolve)), late]);
      } finally {
        clearTimeout(timer);
      }
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function hex(bytes) {
  return randomBytes(bytes).toString('hex');
}
