import { environmentCarrier, messageAttributes, propertyCarrier } from '../../src/propagation/index.js';
import { describeCarrier } from './carrier.js';

type Text = Record<string, unknown>;

describeCarrier<Text>({
  name: 'a plain object',
  make: entries => ({ ...entries }),
  foreign: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'an object without prototype',
  make: entries => Object.assign(Object.create(null) as Text, entries),
  foreign: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'a class instance',
  make: entries => Object.assign(new Message(), entries),
  foreign: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'headers of Node with values in arrays',
  make: entries => ({ ...entries }),
  transport: carrier => Object.fromEntries(Object.entries(carrier).map(([name, value]) => [name, [value]])),
  foreign: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'Kafka headers, an object with Buffers (kafkajs)',
  make: entries => buffers(entries),
  transport: carrier => buffers(carrier),
  foreign: (carrier, name) => String(carrier[name]),
});

describeCarrier<Text[]>({
  name: 'Kafka headers, a list of records with Buffers (librdkafka)',
  make: entries => [
    { 'x-first': Buffer.from('1') },
    ...Object.entries(entries).map(([k, v]) => ({ [k]: Buffer.from(v) })),
  ],
  transport: carrier => carrier.map(buffers),
  foreign: (carrier, name) => String(carrier.find(one => name in one)?.[name]),
});

describeCarrier<{ key: string; value: unknown }[]>({
  name: 'a list of { key, value }',
  make: entries => [
    { key: 'x-first', value: '1' },
    ...Object.entries(entries).map(([key, value]) => ({ key, value })),
  ],
  foreign: (carrier, name) => carrier.find(one => one.key === name)?.value,
});

describeCarrier<Text>({
  name: 'AMQP headers with values of many types',
  make: entries => ({
    'x-death': [{ count: 1 }],
    'x-retry': 3,
    'x-null': null,
    'x-time': new Date(0),
    ...entries,
  }),
  foreign: (carrier, name) => carrier[name],
});

describeCarrier<Headers>({
  name: 'Headers',
  make: entries => new Headers(entries),
  foreign: (carrier, name) => carrier.get(name),
});

describeCarrier<Map<unknown, unknown>>({
  name: 'a Map',
  make: entries => new Map<unknown, unknown>(Object.entries(entries)),
  foreign: (carrier, name) => carrier.get(name),
});

describeCarrier<Map<unknown, unknown>>({
  name: 'a Map that arrives with Buffers as names and values',
  make: entries => new Map<unknown, unknown>(Object.entries(entries)),
  transport: carrier =>
    new Map([...carrier].map(([name, value]) => [Buffer.from(`${name}`), Buffer.from(`${value}`)])),
  foreign: (carrier, name) => carrier.get(name),
});

describeCarrier<URLSearchParams>({
  name: 'URLSearchParams',
  make: entries => new URLSearchParams(entries),
  transport: carrier => new URLSearchParams(carrier.toString()),
  foreign: (carrier, name) => carrier.get(name),
});

describeCarrier<[string, unknown][]>({
  name: 'a list of pairs',
  make: entries => Object.entries(entries),
  foreign: (carrier, name) => carrier.find(([key]) => key === name)?.[1],
});

describeCarrier<string[]>({
  name: 'a flat list, as rawHeaders',
  make: entries => ['x-first', '1', ...Object.entries(entries).flat()],
  foreign: (carrier, name) => carrier[carrier.indexOf(name) + 1],
});

describeCarrier<MsgHdrs>({
  name: 'NATS MsgHdrs',
  make: entries => new MsgHdrs(entries),
  foreign: (carrier, name) => carrier.get(name),
});

describeCarrier<Text>({
  name: 'SQS and SNS message attributes',
  make: entries =>
    Object.fromEntries(
      Object.entries(entries).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
  view: carrier => messageAttributes(carrier as object),
  foreign: (carrier, name) => (carrier[name] as { StringValue?: string } | undefined)?.StringValue,
});

describeCarrier<Text>({
  name: 'message attributes as Lambda hands them over',
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
  foreign: (carrier, name) => (carrier[name] as { StringValue?: string } | undefined)?.StringValue,
});

describeCarrier<Text>({
  name: 'environment variables',
  make: entries => ({ ...entries }),
  view: carrier => environmentCarrier(carrier as object),
  transport: carrier => ({ ...carrier }),
  foreign: (carrier, name) => carrier[name],
});

describeCarrier<Text>({
  name: 'a string property in the payload of a job',
  make: entries => ({
    image: 'a.png',
    ...entries,
    ...(Object.keys(entries).length === 0 ? {} : { traceContext: JSON.stringify(entries) }),
  }),
  view: carrier => propertyCarrier(carrier),
  transport: carrier => JSON.parse(JSON.stringify(carrier)) as unknown,
  foreign: (carrier, name) => carrier[name],
});

function buffers(entries: Text): Text {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, Buffer.from(`${value}`)]));
}

class Message {
  readonly kind: string = 'order';
}

/** What the NATS client offers: case matters, absent is the empty string, keys() is an array. */
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
