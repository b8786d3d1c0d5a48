// The options of publish, consume and the adapters.

import type { Attributes, Link } from '@opentelemetry/api';
import type { Carrier, SpanOptions } from '../span/types.js';

/** Options of both sides of a queue. */
export interface MessagingOptions extends Pick<SpanOptions, 'isError' | 'stream'> {
  /** The messaging system by its name in OpenTelemetry (`rabbitmq`, `kafka`, `aws_sqs`), or another name. */
  readonly system: string;
  /** The queue, topic, subject or stream. It is part of the span name, so it should have few distinct values. */
  readonly destination: string;
  /** The operation by its name in the API of the client: `add`, `xadd`. @default 'send' or 'process' */
  readonly operation?: string;
  /** The id of the message, if it is known. */
  readonly messageId?: string;
  /** Further attributes, which take precedence over those of the other options. */
  readonly attributes?: Attributes;
  /** Links to further spans. */
  readonly links?: readonly Link[];
}

/** Options of {@link publish}. */
export interface PublishOptions extends MessagingOptions {
  /** The headers of the message, which publish fills. @default a new plain object */
  readonly carrier?: Carrier;
  /** Whether to write the send time beside the context, as `trace-sent-at`. @default true */
  readonly sendTime?: boolean;
}

/** Options of {@link publishBatch}. */
export interface PublishBatchOptions extends Omit<PublishOptions, 'carrier' | 'messageId'> {
  /** The messages, each with headers to fill. */
  readonly messages: readonly { readonly carrier: Carrier }[];
}

/** A received message. */
export interface ReceivedMessage {
  /** The headers of the message. A value that is not an object carries nothing. */
  readonly carrier?: unknown;
  /** The send time: milliseconds since the Unix epoch, or a date. @default the time that publish wrote into the carrier */
  readonly sentAt?: number | string | Date;
  /** The id of the message. */
  readonly messageId?: string;
}

/** Options of {@link consume}. */
export interface ConsumeOptions extends MessagingOptions, ReceivedMessage {
  /**
   * `'child'` continues the sender's trace; `'link'` starts a new trace with a link to the sender's span.
   *
   * @default 'child'; `'link'` for repeated jobs, and for deliveries after the first with a queue time of more than a minute
   */
  readonly relation?: 'child' | 'link';
  /** The number of this delivery of the message, starting at 1. */
  readonly attempt?: number;
  /** Whether the message was delivered before, for brokers that do not count deliveries. */
  readonly redelivered?: boolean;
  /** Whether the job is repeated by a schedule, always with the headers of the sender of the schedule. */
  readonly repeated?: boolean;
}

/** Options of {@link consumeBatch}. */
export interface ConsumeBatchOptions extends Omit<MessagingOptions, 'messageId'> {
  /** The received messages. */
  readonly messages: readonly ReceivedMessage[];
}

/** Options of an adapter, in addition to the values that it reads from the message. */
export interface AdapterOptions
  extends Partial<Pick<MessagingOptions, 'destination' | 'attributes' | 'isError' | 'links'>> {}

/** Options of an adapter on the receiving side. */
export interface ConsumerOptions
  extends AdapterOptions,
    Pick<ConsumeOptions, 'relation' | 'attempt' | 'redelivered'> {}
