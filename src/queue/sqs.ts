// SQS with the AWS SDK 3: the context takes one of the ten message attributes. If all ten are in use, it is written as
// the X-Ray header into a system attribute, which does not count. The system attribute cannot carry baggage.
//
// If @opentelemetry/instrumentation-aws-sdk is active, it creates the spans of `send`. Its `receive` span covers the
// polling and the span of `process` covers the work, so both are created.

import { defaultTextMapGetter, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { setSpan } from '../context/index.js';
import { guarded } from '../core/guard.js';
import {
  extract,
  inject,
  MAX_MESSAGE_ATTRIBUTES,
  messageAttributes,
  XRayPropagator,
} from '../propagation/index.js';
import { copyForClient } from './copy-for-client.js';
import { isInstrumentedMethod } from './existing-span.js';
import { ATTR_MESSAGE_ID } from './messaging-attributes.js';
import { createProcess, createProcessBatch } from './process.js';
import { publishMessages } from './publish.js';
import type { OutgoingMessage, Process, ProcessBatch, ReceivedMessage } from './types.js';
import { asRecord, asText, type UnknownRecord } from './unknown-record.js';

/** The required method of the client of the AWS SDK. */
export interface SqsClient {
  send(command: never): unknown;
}

/** The required property of a `SendMessageCommand` or `SendMessageBatchCommand`. */
export interface SqsCommand {
  input: object;
}

/** The output of a command. */
export type OutputOf<K> = K extends {
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer O }>;
}
  ? O
  : unknown;

/** The part of the input of a `ReceiveMessageCommand` that requests attributes. */
export interface ReceivingInput {
  MessageAttributeNames: string[];
  MessageSystemAttributeNames: ('SentTimestamp' | 'ApproximateReceiveCount' | 'AWSTraceHeader')[];
}

const SYSTEM = 'aws_sqs';
const XRAY_FIELD = 'x-amzn-trace-id';
const xrayPropagator = new XRayPropagator();

function send<K extends SqsCommand>(client: SqsClient, command: K): Promise<OutputOf<K>> {
  const call = (): Promise<OutputOf<K>> =>
    Reflect.apply(client.send, client, [command]) as Promise<OutputOf<K>>;
  const entries = copyForClient(SYSTEM, () => copyEntries(command.input));
  if (entries === undefined || isInstrumentedMethod(client.send)) return call();
  const { Entries, QueueUrl } = asRecord(command.input);
  const messages = entries.map(describeMessage);
  const batchOptions = { system: SYSTEM, destination: readQueueName(QueueUrl), sendTime: false, messages };
  return publishMessages(batchOptions, span => {
    for (const entry of entries) if (!canHoldContext(entry)) addXRayHeader(entry, span);
    command.input = Entries === undefined ? { ...entries[0] } : { ...command.input, Entries: entries };
    return recordMessageId(call(), span);
  });
}

function receiving<I extends object>(input: I): I & ReceivingInput {
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

const process = createProcess<string>('sqs', SYSTEM, (queueUrl, message) => ({
  ...readMessage(message),
  destination: readQueueName(queueUrl),
  attempt: Number(asRecord(readAttributes(message)).ApproximateReceiveCount) || undefined,
}));

const processBatch = createProcessBatch<string>(
  'sqs',
  SYSTEM,
  queueUrl => ({ destination: readQueueName(queueUrl) }),
  readMessage,
);

/**
 * SQS with the AWS SDK 3.
 *
 * @example
 * await sqs.send(client, new SendMessageCommand({ QueueUrl, MessageBody }));
 * const { Messages = [] } = await client.send(new ReceiveMessageCommand(sqs.receiving({ QueueUrl })));
 * for (const message of Messages) await sqs.process(QueueUrl, message, () => confirm(message.Body));
 */
export const sqs: {
  /** Sends a `SendMessageCommand` or `SendMessageBatchCommand` in a PRODUCER span. A filled copy replaces its input. */
  send<K extends SqsCommand>(client: SqsClient, command: K): Promise<OutputOf<K>>;
  /** Adds the attributes that context and queue time need to a copy of the input of a `ReceiveMessageCommand`. */
  receiving<I extends object>(input: I): I & ReceivingInput;
  /**
   * Processes a message of `ReceiveMessage`, or a record of a Lambda event, in a CONSUMER span. The source is the URL, the
   * ARN or the name of the queue.
   */
  readonly process: Process<string>;
  /** Processes the messages of one response or Lambda event in one CONSUMER span, with a link for each. */
  readonly processBatch: ProcessBatch<string>;
} = { send, receiving, process, processBatch };

/** A message to send. Its attributes are a copy. */
interface SqsEntry {
  MessageAttributes: Record<string, unknown>;
  MessageSystemAttributes?: Record<string, unknown>;
}

function describeMessage(entry: SqsEntry): OutgoingMessage {
  return { carrier: messageAttributes(entry.MessageAttributes) };
}

function copyEntries(input: object): SqsEntry[] {
  const { Entries } = input as { Entries?: readonly UnknownRecord[] };
  return (Entries ?? [input as UnknownRecord]).map(entry => ({
    ...entry,
    MessageAttributes: { ...asRecord(entry.MessageAttributes) },
  }));
}

function canHoldContext({ MessageAttributes }: SqsEntry): boolean {
  return (
    messageAttributes(MessageAttributes).get('traceparent') !== undefined ||
    Object.keys(MessageAttributes).length < MAX_MESSAGE_ATTRIBUTES
  );
}

/** Adds the context of the span as X-Ray header, unless the application has set one. */
function addXRayHeader(entry: SqsEntry, span: Span): void {
  const { AWSTraceHeader } = entry.MessageSystemAttributes ?? {};
  if (AWSTraceHeader !== undefined) return;
  xrayPropagator.inject(setSpan(ROOT_CONTEXT, span), entry, {
    set: (target: SqsEntry, _, StringValue) => {
      const header = { DataType: 'String', StringValue };
      target.MessageSystemAttributes = { ...target.MessageSystemAttributes, AWSTraceHeader: header };
    },
  });
}

/** Selects the message attributes as carrier, or without a context in them a carrier made from the X-Ray header. */
function selectCarrier(attributes: object, xrayHeader: unknown): object {
  const carrier = messageAttributes(attributes);
  const value = asText(xrayHeader);
  if (value === undefined || extract(carrier, ROOT_CONTEXT) !== ROOT_CONTEXT) return carrier;
  return inject({}, xrayPropagator.extract(ROOT_CONTEXT, { [XRAY_FIELD]: value }, defaultTextMapGetter));
}

/** Sets the message id from the response of SQS on the span. */
function recordMessageId<R>(response: R, span: Span): R {
  if (!(response instanceof Promise)) return response;
  const record = (output: unknown): unknown => {
    const messageId = asText(asRecord(output).MessageId);
    if (messageId !== undefined) {
      guarded('setting attributes', () => void span.setAttribute(ATTR_MESSAGE_ID, messageId), undefined);
    }
    return output;
  };
  return response.then(record) as R;
}

/** The name at the end of a URL (`https://sqs…/123/orders`) or an ARN (`arn:aws:sqs:…:123:orders`). */
function readQueueName(queue: unknown): string {
  return (asText(queue) ?? 'unknown').split(/[/:]/).at(-1) as string;
}

/** The system attributes, in the spelling of the API or of a Lambda event. */
function readAttributes(message: unknown): unknown {
  const { Attributes, attributes } = asRecord(message);
  return Attributes ?? attributes;
}

function readMessage(message: unknown): { [K in keyof ReceivedMessage]: ReceivedMessage[K] | undefined } {
  const { MessageId, messageId, MessageAttributes, messageAttributes } = asRecord(message);
  const { SentTimestamp, AWSTraceHeader } = asRecord(readAttributes(message));
  return {
    carrier: selectCarrier(asRecord(MessageAttributes ?? messageAttributes), AWSTraceHeader),
    messageId: asText(MessageId) ?? asText(messageId),
    sentAt: asText(SentTimestamp),
  };
}
