import { environmentCarrier, messageAttributes, propertyCarrier } from '../../src/propagation/index.js';
import { describeCarrier } from './carrier.js';

type Text = Record<string, unknown>;

describeCarrier<Text>({
  name: 'a plain object',
  make: entries => ({ ...entries }),
  readEntry: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'an object without prototype',
  make: entries => Object.assign(Object.create(null) as Text, entries),
  readEntry: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'a class instance',
  make: entries => Object.assign(new Message(), entries),
  readEntry: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'headers of Node with values in arrays',
  make: entries => ({ ...entries }),
  transport: carrier => Object.fromEntries(Object.entries(carrier).map(([name, value]) => [name, [value]])),
  readEntry: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'Kafka headers, an object with Buffers (kafkajs)',
  make: entries => encodeAsBuffers(entries),
  transport: carrier => encodeAsBuffers(carrier),
  readEntry: (carrier, name) => String(carrier[name]),
});

describeCarrier<Text[]>({
  name: 'Kafka headers, a list of records with Buffers (librdkafka)',
  make: entries => [
    { 'x-first': Buffer.from('1') },
    ...Object.entries(entries).map(([k, v]) => ({ [k]: Buffer.from(v) })),
  ],
  transport: carrier => carrier.map(encodeAsBuffers),
  readEntry: (carrier, name) => String(carrier.find(record => name in record)?.[name]),
});

describeCarrier<{ key: string; value: unknown }[]>({
  name: 'a list of { key, value }',
  make: entries => [
    { key: 'x-first', value: '1' },
    ...Object.entries(entries).map(([key, value]) => ({ key, value })),
  ],
  readEntry: (carrier, name) => carrier.find(entry => entry.key === name)?.value,
});

describeCarrier<Text>({
  name: 'AMQP headers with values of several types',
  make: entries => ({
    'x-death': [{ count: 1 }],
    'x-retry': 3,
    'x-null': null,
    'x-time': new Date(0),
    ...entries,
  }),
  readEntry: (carrier, name) => carrier[name],
});

describeCarrier<Headers>({
  name: 'Headers',
  make: entries => new Headers(entries),
  readEntry: (carrier, name) => carrier.get(name),
});

describeCarrier<Map<unknown, unknown>>({
  name: 'a Map',
  make: entries => new Map<unknown, unknown>(Object.entries(entries)),
  readEntry: (carrier, name) => carrier.get(name),
});

describeCarrier<Map<unknown, unknown>>({
  name: 'a Map that arrives with Buffers as names and values',
  make: entries => new Map<unknown, unknown>(Object.entries(entries)),
  transport: carrier =>
    new Map([...carrier].map(([name, value]) => [Buffer.from(`${name}`), Buffer.from(`${value}`)])),
  readEntry: (carrier, name) => carrier.get(name),
});

describeCarrier<URLSearchParams>({
  name: 'URLSearchParams',
  make: entries => new URLSearchParams(entries),
  transport: carrier => new URLSearchParams(carrier.toString()),
  readEntry: (carrier, name) => carrier.get(name),
});

describeCarrier<[string, unknown][]>({
  name: 'a list of pairs',
  make: entries => Object.entries(entries),
  readEntry: (carrier, name) => carrier.find(([key]) => key === name)?.[1],
});

describeCarrier<string[]>({
  name: 'a flat list, as rawHeaders',
  make: entries => ['x-first', '1', ...Object.entries(entries).flat()],
  readEntry: (carrier, name) => carrier[carrier.indexOf(name) + 1],
});

describeCarrier<MsgHdrs>({
  name: 'NATS MsgHdrs',
  make: entries => new MsgHdrs(entries),
  readEntry: (carrier, name) => carrier.get(name),
});

describeCarrier<Text>({
  name: 'SQS and SNS message attributes',
  make: entries =>
    Object.fromEntries(
      Object.entries(entries).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
  wrap: carrier => messageAttributes(carrier as object),
  readEntry: (carrier, name) => (carrier[name] as { StringValue?: string } | undefined)?.StringValue,
});

describeCarrier<Text>({
  name: 'message attributes in an event of Lambda',
  make: entries => ({
    mine: { DataType: 'Number', StringValue: '1' },
    ...Object.fromEntries(
      Object.entries(entries).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
  }),
  transport: carrier =>
    Object.fromEntries(
      Object.entries(carrier as Record<string, { DataType: string; StringValue: string }>).map(
        ([name, { DataType, StringValue }]) => [name, { dataType: DataType, stringValue: StringValue }],
      ),
    ),
  readEntry: (carrier, name) => (carrier[name] as { StringValue?: string } | undefined)?.StringValue,
});

describeCarrier<Text>({
  name: 'environment variables',
  make: entries => ({ ...entries }),
  wrap: carrier => environmentCarrier(carrier as object),
  transport: carrier => ({ ...carrier }),
  readEntry: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'a string property in the payload of a job',
  make: entries => ({
    image: 'a.png',
    ...entries,
    ...(Object.keys(entries).length === 0 ? {} : { traceContext: JSON.stringify(entries) }),
  }),
  wrap: carrier => propertyCarrier(carrier),
  transport: carrier => JSON.parse(JSON.stringify(carrier)) as unknown,
  readEntry: (carrier, name) => carrier[name],
});

function encodeAsBuffers(entries: Text): Text {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, Buffer.from(`${value}`)]));
}

class Message {
  readonly kind: string = 'order';
}

/** The headers of the NATS client: case-sensitive names, empty text for an absent name, and keys() as an array. */
class MsgHdrs {
  readonly #lines = new Map<string, string[]>();

  constructor(entries: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(entries)) this.append(name, value);
  }

  get(name: string): string {
    return this.#lines.get(name)?.[0] ?? '';
  }

  set(name: string, value: string): void {
    this.#lines.set(name, [value]);
  }

  append(name: string, value: string): void {
    this.#lines.set(name, [...this.values(name), value]);
  }

  values(name: string): string[] {
    return this.#lines.get(name) ?? [];
  }

  keys(): string[] {
    return [...this.#lines.keys()];
  }
}
