// The options of publish, consume and the adapters.

import type { Span } from '@opentelemetry/api';
import type { Carrier, SpanOptions } from '../span/types.js';

/** Options of both sides of a queue. */
export interface MessagingOptions extends Pick<SpanOptions, 'attributes' | 'links' | 'isError' | 'stream'> {
  /** The messaging system by its name in OpenTelemetry (`rabbitmq`, `kafka`, `aws_sqs`), or another name. */
  readonly system: string;
  /** The queue, topic, subject or stream. It is part of the span name, so it should have few distinct values. */
  readonly destination: string;
  /** The operation by its name in the API of the client: `add`, `xadd`. @default 'send' or 'process' */
  readonly operation?: string | undefined;
}

/** Options of {@link publish}. */
export interface PublishOptions extends MessagingOptions {
  /** The headers of the message, which publish fills. @default a new plain object */
  readonly carrier?: Carrier | undefined;
  /** The id of the message, if it is known. */
  readonly messageId?: string | undefined;
  /** Whether to write the send time beside the context, as `do-trace-sent-at`. @default true */
  readonly sendTime?: boolean | undefined;
}

/** A message of {@link publishBatch}. */
export interface OutgoingMessage {
  /** The id of the message, if it is known. */
  readonly id?: string | undefined;
  /** The headers of the message, which publishBatch fills. */
  readonly carrier: Carrier;
}

/** Options of {@link publishBatch}. */
export interface PublishBatchOptions extends Omit<PublishOptions, 'carrier' | 'messageId'> {
  /** The messages. Each of them needs its own headers. */
  readonly messages: readonly OutgoingMessage[];
}

/** What a message itself supplies to {@link consume}. */
export interface ReceivedMessage {
  /** The headers of the message. A value that is not an object carries nothing. */
  readonly carrier?: unknown;
  /** The send time: milliseconds since the Unix epoch, or a date. @default the time that publish wrote into the carrier */
  readonly sentAt?: number | string | Date | undefined;
  /** The id of the message. */
  readonly messageId?: string | undefined;
}

/** A message of {@link consumeBatch}. */
export interface BatchMessage extends ReceivedMessage {
  /** The id of the message, under the same name as in `publishBatch`. `messageId` is read as well. */
  readonly id?: string | undefined;
}

/** Options of {@link consume}. */
export interface ConsumeOptions extends MessagingOptions, ReceivedMessage {
  /**
   * `'child'` continues the sender's trace; `'link'` starts a new trace with a link to the sender's span.
   *
   * @default 'child'; `'link'` for repeated jobs, and for deliveries after the first with a queue time of more than a minute
   */
  readonly relation?: 'child' | 'link' | undefined;
  /** The number of this delivery of the message, starting at 1. */
  readonly attempt?: number | undefined;
  /** Whether the message was delivered before, for brokers that do not count deliveries. */
  readonly redelivered?: boolean | undefined;
  /** Whether the job is repeated by a schedule, always with the headers of the sender of the schedule. */
  readonly repeated?: boolean | undefined;
}

/** Options of {@link consumeBatch}. */
export interface ConsumeBatchOptions extends MessagingOptions {
  /** The received messages. */
  readonly messages: readonly BatchMessage[];
}

/** Options of the `process` functions of the adapters. They take precedence over the values in the message. */
export type ProcessOptions = Omit<ConsumeOptions, 'system' | 'destination' | 'carrier'>;

/** Options of the `processBatch` functions of the adapters. */
export type ProcessBatchOptions = Omit<ConsumeBatchOptions, 'system' | 'destination' | 'messages'>;

/** The `process` function of an adapter. `Source` is the queue, topic or stream of the message. */
export interface Process<Source> {
  /**
   * Processes a message in a CONSUMER span. If an instrumentation of the client has created the span already, there is no
   * second one.
   *
   * @param source the queue, topic or stream, which is part of the span name
   * @param message the message as the client delivers it
   * @param fn the work
   * @returns the result of `fn`; its error is rethrown unchanged
   */
  <T>(source: Source, message: unknown, fn: (span: Span) => T): T;
  <T>(source: Source, message: unknown, options: ProcessOptions | undefined, fn: (span: Span) => T): T;
}

/** The `processBatch` function of an adapter. */
export interface ProcessBatch<Source> {
  /**
   * Processes messages that the client delivered together in one CONSUMER span, with a link for each message.
   *
   * @param source the queue, topic or stream, which is part of the span name
   * @param messages the messages as the client delivers them
   * @param fn the work
   * @returns the result of `fn`; its error is rethrown unchanged
   */
  <T>(source: Source, messages: readonly unknown[], fn: (span: Span) => T): T;
  <T>(
    source: Source,
    messages: readonly unknown[],
    options: ProcessBatchOptions | undefined,
    fn: (span: Span) => T,
  ): T;
}
