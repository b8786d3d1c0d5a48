import { amqplib, bullmq, kafkajs, mqtt, nats, redisStreams, sqs } from '@do/trace/queue';
import { deepFreeze, describeQueueAdapter, markInstrumented } from './queue-adapter.js';

type Dictionary = Record<string, unknown>;

describeQueueAdapter({
  name: 'amqplib',
  system: 'rabbitmq',
  destination: 'orders',
  operation: 'publish',
  async send(headers, client) {
    let delivered: unknown;
    const publish = (
      _exchange: string,
      routingKey: string,
      content: Buffer,
      options: Dictionary,
    ): boolean => {
      client.onSend();
      delivered = { content, fields: { exchange: '', routingKey, redelivered: false }, properties: options };
      return true;
    };
    const channel = {
      publish: markInstrumented(publish, client),
      sendToQueue: (queue: string, content: Buffer, options: Dictionary) =>
        publish('', queue, content, options),
    };
    amqplib.sendToQueue(channel, 'orders', Buffer.from('{}'), deepFreeze({ headers, persistent: true }));
    return delivered;
  },
  receive: (message, fn) => amqplib.process('orders', message, fn),
  readHeader: (message, name) =>
    (message as { properties: { headers: Dictionary } }).properties.headers[name],
});

describeQueueAdapter({
  name: 'kafkajs',
  system: 'kafka',
  destination: 'orders',
  operation: 'send',
  async send(headers, client) {
    let delivered: unknown;
    const send = async (record: { topic: string; messages: { headers: Record<string, string> }[] }) => {
      client.onSend();
      const [message] = record.messages;
      const buffers = Object.entries(message?.headers ?? {}).map(([name, value]) => [
        name,
        Buffer.from(value),
      ]);
      delivered = { ...message, headers: Object.fromEntries(buffers), offset: '12', timestamp: '1' };
    };
    const record = deepFreeze({ topic: 'orders', messages: [{ key: 'k', value: 'v', headers }] });
    await kafkajs.send({ send: markInstrumented(send, client) }, record);
    return delivered;
  },
  receive: (message, fn) => kafkajs.process('orders', message, fn),
  readHeader: (message, name) => (message as { headers: Dictionary }).headers[name]?.toString(),
});

describeQueueAdapter({
  name: 'BullMQ',
  system: 'bullmq',
  destination: 'orders',
  operation: 'add',
  async send(headers, client) {
    let delivered: unknown;
    const queue = {
      name: 'orders',
      opts: client.instrumented ? { telemetry: { tracer: {} } } : {},
      add: async (name: string, data: Dictionary, opts: Dictionary) => {
        client.onSend();
        // Redis stores jobs as JSON.
        const stored = JSON.parse(JSON.stringify({ name, data, opts })) as Dictionary;
        delivered = { ...stored, id: '7', queueName: 'orders', timestamp: Date.now(), attemptsMade: 0 };
      },
    };
    await bullmq.add(queue, 'confirm', { order: 1 }, deepFreeze({ attempts: 2, telemetry: headers }));
    return delivered;
  },
  receive: (message, fn) => bullmq.process('orders', message, fn),
  readHeader: (message, name) => (message as { opts: { telemetry: Dictionary } }).opts.telemetry[name],
});

/** The headers of the NATS client: case-sensitive names, and empty text for an absent name. */
class MsgHdrs {
  readonly #lines = new Map<string, string[]>();
  get(name: string): string {
    return this.#lines.get(name)?.[0] ?? '';
  }
  set(name: string, value: string): void {
    this.#lines.set(name, [value]);
  }
  keys(): string[] {
    return [...this.#lines.keys()];
  }
  values(name: string): string[] {
    return this.#lines.get(name) ?? [];
  }
}

describeQueueAdapter({
  name: 'NATS',
  system: 'nats',
  destination: 'orders',
  operation: 'publish',
  async send(headers, client) {
    let delivered: unknown;
    const connection = {
      publish(subject: string, data: Uint8Array, options: { headers: MsgHdrs }) {
        client.onSend();
        delivered = { subject, data, headers: options.headers };
      },
    };
    const messageHeaders = new MsgHdrs();
    for (const [name, value] of Object.entries(headers)) messageHeaders.set(name, value);
    nats.publish(connection, 'orders', new Uint8Array(), Object.freeze({ headers: messageHeaders }));
    return delivered;
  },
  receive: (message, fn) => nats.process('orders', message, fn),
  readHeader: (message, name) => (message as { headers: MsgHdrs }).headers.get(name),
});

describeQueueAdapter({
  name: 'MQTT',
  system: 'mqtt',
  destination: 'orders',
  operation: 'publish',
  async send(headers, client) {
    let delivered: unknown;
    const publisher = {
      async publishAsync(topic: string, payload: string, options: Dictionary) {
        client.onSend();
        delivered = { topic, payload, ...options };
      },
    };
    const options = deepFreeze({ qos: 1, properties: { userProperties: headers } });
    await mqtt.publishAsync(publisher, 'orders', 'x', options);
    return delivered;
  },
  receive: (message, fn) => mqtt.process('orders', message, fn),
  readHeader: (message, name) =>
    (message as { properties: { userProperties: Dictionary } }).properties.userProperties[name],
});

describeQueueAdapter({
  name: 'SQS',
  system: 'aws_sqs',
  destination: 'orders',
  operation: 'send',
  async send(headers, client) {
    let delivered: unknown;
    const send = async (command: { input: { MessageBody: string; MessageAttributes?: Dictionary } }) => {
      client.onSend();
      const { MessageBody: Body, MessageAttributes } = command.input;
      delivered = {
        MessageId: 'm-1',
        Body,
        MessageAttributes,
        Attributes: { SentTimestamp: `${Date.now()}` },
      };
      return { MessageId: 'm-1' };
    };
    const attributes = Object.entries(headers).map(([name, StringValue]) => [
      name,
      { DataType: 'String', StringValue },
    ]);
    const input = deepFreeze({
      QueueUrl: 'http://sqs.local/000000000000/orders',
      MessageBody: '{}',
      MessageAttributes: Object.fromEntries(attributes) as Dictionary,
    });
    await sqs.send({ send: markInstrumented(send, client) }, { input });
    return delivered;
  },
  receive: (message, fn) => sqs.process('http://sqs.local/000000000000/orders', message, fn),
  readHeader: (message, name) =>
    (message as { MessageAttributes: Record<string, { StringValue: string }> }).MessageAttributes[name]
      ?.StringValue,
});

describeQueueAdapter({
  name: 'Redis streams by ioredis',
  system: 'redis',
  destination: 'orders',
  operation: 'xadd',
  async send(headers, client) {
    let delivered: unknown;
    const redis = {
      async xadd(_stream: string, _id: string, ...fields: (string | number)[]) {
        client.onSend();
        delivered = [`${Date.now()}-0`, fields];
      },
    };
    await redisStreams.xadd(redis, 'orders', '*', 'order', 4711, ...Object.entries(headers).flat());
    return delivered;
  },
  receive: (message, fn) => redisStreams.process('orders', message, fn),
  readHeader(message, name) {
    const [, fields] = message as [string, string[]];
    return fields[fields.indexOf(name) + 1];
  },
});

describeQueueAdapter({
  name: 'Redis streams by node-redis',
  system: 'redis',
  destination: 'orders',
  operation: 'xadd',
  async send(headers, client) {
    let delivered: unknown;
    const redis = {
      async xAdd(_stream: string, _id: string, message: Record<string, string>) {
        client.onSend();
        delivered = { id: `${Date.now()}-0`, message };
      },
    };
    await redisStreams.xAdd(redis, 'orders', '*', deepFreeze({ order: '4711', ...headers }));
    return delivered;
  },
  receive: (message, fn) => redisStreams.process('orders', message, fn),
  readHeader: (message, name) => (message as { message: Dictionary }).message[name],
});
