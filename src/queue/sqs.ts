// SQS by the AWS SDK 3: the context takes one message attribute of the ten that a message may have. Where all ten are in
// use, it goes as X-Ray's header into a system attribute, which is not counted; baggage has no place there.
//
// With @opentelemetry/instrumentation-aws-sdk at work, sending is its own; its `receive` span covers the poll, and
// `process` here the work, so these are two things.

import { type Context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { withSpan } from '../context/index.js';
import { guarded } from '../core/guard.js';
import {
  extract,
  inject,
  MAX_MESSAGE_ATTRIBUTES,
  messageAttributes,
  XRayPropagator,
} from '../propagation/index.js';
import { copyForClient, mergeAdapterOptions, type UnknownRecord, asRecord, asText } from './adapter-options.js';
import { consume } from './consume.js';
import { isInstrumentedMethod } from './existing-span.js';
import { publishBatch } from './publish.js';
import type { ConsumerOptions } from './types.js';

/** What is used of the AWS SDK's client. */
export interface SqsClient {
  send(command: never): unknown;
}

/** What is used of a `SendMessageCommand` or `SendMessageBatchCommand`. */
export interface SqsCommand {
  input: object;
}

/** What the AWS SDK answers to a command. */
export type OutputOf<K> = K extends {
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer O }>;
}
  ? O
  : unknown;

const SYSTEM = 'aws_sqs';
const XRAY_FIELD = 'x-amzn-trace-id';
const xray = new XRayPropagator();

/**
 * Sends a `SendMessageCommand` or `SendMessageBatchCommand` in a PRODUCER span.
 *
 * @param client the client
 * @param command the command; its input is replaced by a filled copy
 * @example
 * await sqsMessages.send(client, new SendMessageCommand({ QueueUrl, MessageBody }));
 */
function send<K extends SqsCommand>(client: SqsClient, command: K): Promise<OutputOf<K>> {
  const call = (): Promise<OutputOf<K>> =>
    Reflect.apply(client.send, client, [command]) as Promise<OutputOf<K>>;
  const entries = copyForClient(SYSTEM, () => entriesOf(command.input));
  if (entries === undefined || isInstrumentedMethod(client.send)) return call();
  const { Entries, QueueUrl } = asRecord(command.input);
  const messages = entries.map(entry => ({ carrier: messageAttributes(entry.MessageAttributes) }));
  const said = { system: SYSTEM, destination: queueName(QueueUrl), sendTime: false, messages };
  return publishBatch(said, span => {
    for (const entry of entries) if (!hasContext(entry)) useXRay(entry, span);
    command.input = Entries === undefined ? { ...entries[0] } : { ...command.input, Entries: entries };
    return noted(call(), span);
  });
}

/**
 * The input of a `ReceiveMessageCommand` with the attributes asked for that the context and the queue time need.
 *
 * @param input the input; it stays as it is
 * @example
 * const { Messages } = await client.send(new ReceiveMessageCommand(sqsMessages.receiving({ QueueUrl })));
 */
function receiving<I extends object>(
  input: I,
): I & {
  MessageAttributeNames: string[];
  MessageSystemAttributeNames: ('SentTimestamp' | 'ApproximateReceiveCount' | 'AWSTraceHeader')[];
} {
  const { MessageAttributeNames = [], MessageSystemAttributeNames = [] } = input as {
    MessageAttributeNames?: string[];
    MessageSystemAttributeNames?: never[];
  };
  return {
    ...input,
    MessageAttributeNames: [
      ...new Set([...MessageAttributeNames, 'traceparent', 'tracecontext', 'tracestate', 'baggage']),
    ],
    MessageSystemAttributeNames: [
      ...new Set([
        ...MessageSystemAttributeNames,
        'SentTimestamp' as const,
        'ApproximateReceiveCount' as const,
        'AWSTraceHeader' as const,
      ]),
    ],
  };
}

/**
 * Processes a message in a CONSUMER span.
 *
 * @param queueUrl the queue's URL, or its name
 * @param message a message as `ReceiveMessage` gives it, or a record of a Lambda event
 * @param fn the work
 * @param said further attributes, relation
 */
function process<T>(queueUrl: string, message: unknown, fn: () => T, said?: ConsumerOptions): T {
  const read = (): object => {
    const { MessageId, messageId, MessageAttributes, messageAttributes, Attributes, attributes } =
      asRecord(message);
    const { SentTimestamp, ApproximateReceiveCount, AWSTraceHeader } = asRecord(Attributes ?? attributes);
    return {
      carrier: carrierFor(asRecord(MessageAttributes ?? messageAttributes), AWSTraceHeader),
      messageId: asText(MessageId) ?? asText(messageId),
      sentAt: asText(SentTimestamp),
      attempt: Number(ApproximateReceiveCount) || undefined,
    };
  };
  return consume(mergeAdapterOptions(read, { system: SYSTEM, destination: queueName(queueUrl) }, said), fn);
}

/** Send, receiving and process, around SQS. */
export const sqsMessages: {
  readonly send: typeof send;
  readonly receiving: typeof receiving;
  readonly process: typeof process;
} = { send, receiving, process };

/** A message to be sent, its attributes a copy. */
interface Entry {
  MessageAttributes: Record<string, unknown>;
  MessageSystemAttributes?: Record<string, unknown>;
}

function entriesOf(input: object): Entry[] {
  const { Entries } = input as { Entries?: readonly UnknownRecord[] };
  return (Entries ?? [input as UnknownRecord]).map(entry => ({
    ...entry,
    MessageAttributes: { ...asRecord(entry.MessageAttributes) },
  }));
}

function hasContext({ MessageAttributes }: Entry): boolean {
  return (
    messageAttributes(MessageAttributes).get('traceparent') !== undefined ||
    Object.keys(MessageAttributes).length < MAX_MESSAGE_ATTRIBUTES
  );
}

function useXRay(entry: Entry, span: Span): void {
  const { AWSTraceHeader } = entry.MessageSystemAttributes ?? {};
  if (AWSTraceHeader !== undefined) return;
  xray.inject(withSpan(ROOT_CONTEXT, span), entry, {
    set: (target: Entry, _, StringValue) => {
      const header = { DataType: 'String', StringValue };
      target.MessageSystemAttributes = { ...target.MessageSystemAttributes, AWSTraceHeader: header };
    },
  });
}

/** The attributes themselves, or what the registered propagator makes of X-Ray's header where they hold nothing. */
function carrierFor(attributes: object, header: unknown): object {
  const carrier = messageAttributes(attributes);
  const value = asText(header);
  if (value === undefined || extract(carrier, ROOT_CONTEXT) !== ROOT_CONTEXT) return carrier;
  const context: Context = xray.extract(ROOT_CONTEXT, value, {
    get: (carried: string, key) => (key === XRAY_FIELD ? carried : undefined),
    keys: () => [XRAY_FIELD],
  });
  return inject({}, context);
}

/** Puts the id that SQS gave the message onto the span. */
function noted<R>(sent: R, span: Span): R {
  if (!(sent instanceof Promise)) return sent;
  const note = (answer: unknown): unknown => {
    const messageId = asText(asRecord(answer).MessageId);
    if (messageId !== undefined) {
      guarded(
        'setting attributes',
        () => void span.setAttribute('messaging.message.id', messageId),
        undefined,
      );
    }
    return answer;
  };
  return sent.then(note) as R;
}

function queueName(queueUrl: unknown): string {
  return (asText(queueUrl) ?? 'unknown').split('/').at(-1) as string;
}
