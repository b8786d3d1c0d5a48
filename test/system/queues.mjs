// Tests the queue adapters with real brokers. A shop process takes orders over HTTP and publishes them. A worker process consumes
// them and confirms each over HTTP. The assertions use the spans that a backend receives.

import assert from 'node:assert/strict';
import { assertParentChain, mapInParallel, onlySpanOfKind, placeOrder, startNextService } from './orders.mjs';
import { Child } from './processes.mjs';

const MESSAGES = 1_000;
const LINKED = 20;
const OURS = '@do/trace';

/** The examples for each broker, with the operation in the name of the producer span. */
export const QUEUES = {
  redis: [
    { name: 'BullMQ', program: 'examples/queues/bullmq.mjs', operation: 'add' },
    {
      name: 'Redis streams',
      program: 'examples/queues/redis-streams.mjs',
      operation: 'xadd',
      batches: true,
      queue: 'stream',
    },
  ],
  rabbitmq: [{ name: 'RabbitMQ by amqplib', program: 'examples/queues/amqplib.mjs', operation: 'publish' }],
  nats: [{ name: 'NATS', program: 'examples/queues/nats.mjs', operation: 'publish' }],
  mosquitto: [{ name: 'MQTT 5 by Mosquitto', program: 'examples/queues/mqtt.mjs', operation: 'publish' }],
  kafka: [
    { name: 'Kafka by kafkajs', program: 'examples/queues/kafkajs.mjs', operation: 'send', batches: true },
  ],
  sqs: [{ name: 'SQS', program: 'examples/queues/sqs.mjs', operation: 'send' }],
};

/** The examples with OpenTelemetry's instrumentation of the client, with the scopes of the producer and consumer spans. */
export const WITH_INSTRUMENTATION = {
  redis: [
    {
      program: 'test/system/programs/bullmq-with-otel.mjs',
      producer: 'bullmq',
      consumer: 'bullmq',
      queue: 'beside',
    },
    {
      program: 'examples/queues/redis-streams.mjs',
      instrument: 'ioredis',
      producer: OURS,
      consumer: OURS,
      queue: 'beside-stream',
    },
  ],
  rabbitmq: [
    {
      program: 'examples/queues/amqplib.mjs',
      instrument: 'amqplib',
      producer: '@opentelemetry/instrumentation-amqplib',
      consumer: '@opentelemetry/instrumentation-amqplib',
    },
  ],
  kafka: [
    {
      program: 'examples/queues/kafkajs.mjs',
      instrument: 'kafkajs',
      producer: '@opentelemetry/instrumentation-kafkajs',
      consumer: '@opentelemetry/instrumentation-kafkajs',
    },
  ],
  sqs: [
    {
      program: 'examples/queues/sqs.mjs',
      instrument: 'aws-sdk',
      producer: '@opentelemetry/instrumentation-aws-sdk',
      consumer: OURS,
    },
  ],
};

/**
 * Runs one example with its broker.
 *
 * @param {import('./report.mjs').Report} report
 * @param example one of {@link QUEUES}
 * @param setup the folder of the programs, their environment variables, and the backend
 */
export async function runQueue(report, example, { app, env, collector }) {
  const { name, program, operation, batches = false, queue = 'orders' } = example;
  const next = await startNextService();
  const start = (role, more) =>
    startProgram([program, role], app, {
      ...env,
      ...collector.env,
      QUEUE: queue,
      NEXT_URL: next.url,
      ...more,
    });
  const started = [];
  const check = (description, fn) =>
    report.check(name, description, async () => {
      try {
        await fn();
      } catch (error) {
        const output = started.map(child => child.output).join('\n');
        error.stack = `${error.stack}\n${output}`;
        throw error;
      }
    });
  try {
    const [shop, worker] = await Promise.all([start('shop'), start('worker')]);
    started.push(shop.child, worker.child);

    await check('one trace from HTTP through the queue and the worker to the next HTTP service', async () => {
      const order = await placeOrder(shop.url, 'first');
      const arrived = await next.waitForArrival(order.id);
      const spans = await collector.waitForTrace(order.traceId, 5);
      const { producer, consumer } = assertParentChain(spans, order, arrived);
      assert.deepEqual(
        [producer.name, consumer.name.replace(/:.*/, '')],
        [`${operation} ${queue}`, `process ${queue}`],
      );
      assert.deepEqual([producer.service, consumer.service], ['shop', 'worker']);
      const waited = consumer.attributes['messaging.message.queue_time_ms'];
      assert(waited >= 0 && waited < 30_000, `the queue time is ${waited}`);
      const withoutTenant = spans
        .filter(span => span.attributes.tenant !== order.tenant)
        .map(span => span.name);
      assert.deepEqual(withoutTenant, [], 'these spans do not have the attribute of the baggage entry');
    });

    await check(`${MESSAGES} messages arrive once, each in its trace`, async () => {
      const ids = Array.from({ length: MESSAGES }, (_, i) => `n${i}`);
      const orders = await mapInParallel(ids, id => placeOrder(shop.url, id));
      for (const order of orders) {
        const arrived = await next.waitForArrival(order.id);
        assert.equal(arrived.traceId, order.traceId, `order ${order.id} arrived in another trace`);
        assert.equal(arrived.baggage, `tenant=${order.tenant}`);
      }
      assert.equal(next.count(), MESSAGES + 1, 'an order arrived more than once');
      for (const order of orders) {
        assertParentChain(
          await collector.waitForTrace(order.traceId, 5),
          order,
          await next.waitForArrival(order.id),
        );
      }
    });

    await worker.child.end();
    const linking = await start('worker', { RELATION: 'link' });
    started.push(linking.child);
    await check(
      `${batches ? 'a batch' : 'relation link'}: new traces with links to the senders`,
      async () => {
        const ids = Array.from({ length: LINKED }, (_, i) => `l${i}`);
        const orders = await mapInParallel(ids, id => placeOrder(shop.url, id));
        for (const order of orders) {
          const arrived = await next.waitForArrival(order.id);
          assert.notEqual(arrived.traceId, order.traceId);
          const own = await collector.waitForTrace(order.traceId, 2);
          const producer = onlySpanOfKind(own, 'producer');
          const worked = await collector.waitForTrace(arrived.traceId, 3);
          const consumer = onlySpanOfKind(worked, 'consumer');
          assert.equal(consumer.parentSpanId, '');
          const links = consumer.links.filter(link => link.spanId === producer.spanId);
          assert.equal(links.length, 1, `the consumer of ${order.id} is not linked to its sender`);
          if (!batches) assert.equal(arrived.baggage, `tenant=${order.tenant}`);
          const waits = [links[0].attributes, consumer.attributes].map(
            attributes => attributes['messaging.message.queue_time_ms'],
          );
          assert(
            waits.some(waited => waited >= 0),
            'no queue time',
          );
        }
      },
    );

    await check('the example runs as a single process', async () => {
      const own = { ...env, ...collector.env, QUEUE: `${queue}-alone` };
      const alone = new Child(process.execPath, [program], { cwd: app, env: own });
      started.push(alone);
      await alone.waitForOutput(/order 4711 is confirmed/);
      assert.equal(await alone.exited(), 0);
    });
  } catch (error) {
    await report.failTier(name, error);
  } finally {
    await Promise.all(started.map(child => child.end()));
    next.stop();
  }
}

/**
 * Runs one example with an instrumentation of its client, and checks that each side has one span.
 *
 * @param {import('./report.mjs').Report} report
 * @param example one of {@link WITH_INSTRUMENTATION}
 * @param setup as for {@link runQueue}
 */
export async function runWithInstrumentation(report, example, { app, env, collector }) {
  const { program, instrument, producer: sender, consumer: receiver, queue = 'beside' } = example;
  const next = await startNextService();
  const started = [];
  const start = async role => {
    const args = [
      ...(instrument ? ['--import', './test/system/programs/instrumented.mjs'] : []),
      program,
      role,
    ];
    const own = { QUEUE: queue, NEXT_URL: next.url, ROLE: role, INSTRUMENT: instrument };
    const one = await startProgram(args, app, { ...env, ...collector.env, ...own });
    started.push(one.child);
    return one;
  };
  await report.check(
    `with ${instrument ?? 'bullmq-otel'}`,
    'one span on each side, no duplicates',
    async () => {
      try {
        const [shop] = await Promise.all([start('shop'), start('worker')]);
        const order = await placeOrder(shop.url, 'beside');
        const arrived = await next.waitForArrival(order.id);
        const { producer, consumer } = assertParentChain(
          await collector.waitForTrace(order.traceId, 5),
          order,
          arrived,
        );
        assert.deepEqual([producer.scope, consumer.scope], [sender, receiver]);
        assert.equal(arrived.baggage, `tenant=${order.tenant}`);
        const waited = consumer.attributes['messaging.message.queue_time_ms'];
        assert(waited >= 0 && waited < 30_000, `the queue time is ${waited}`);
      } catch (error) {
        error.stack = `${error.stack}\n${started.map(child => child.output).join('\n')}`;
        throw error;
      }
    },
  );
  await Promise.all(started.map(child => child.end()));
  next.stop();
}

async function startProgram(args, app, env) {
  const child = new Child(process.execPath, args, { cwd: app, ipc: true, env });
  return { child, ...(await child.nextMessage()) };
}
