// What the verbs of the queue are told.

import type { Attributes, Link } from '@opentelemetry/api';
import type { Carrier, SpanOptions } from '../span/types.js';

/** What both sides of a queue say about a message. */
export interface MessagingOptions extends Pick<SpanOptions, 'isError' | 'stream'> {
  /** The messaging system as OpenTelemetry names it: `rabbitmq`, `kafka`, `aws_sqs`, or a name of your own. */
  readonly system: string;
  /** The queue, topic, subject or stream; a name with few distinct values. */
  readonly destination: string;
  /** What is done, in the words of the client's own API: `add`, `xadd`. @default 'send' or 'process' */
  readonly operation?: string;
  /** The message's id, where it is known. */
  readonly messageId?: string;
  /** Further attributes; they win over those made from the other options. */
  readonly attributes?: Attributes;
  /** Further spans that this one is about. */
  readonly links?: readonly Link[];
}

/** Options of {@link publish}. */
export interface PublishOptions extends MessagingOptions {
  /** The message's headers, to be filled. @default a new plain object */
  readonly carrier?: Carrier;
  /** Whether the send time is written beside the context, as `trace-sent-at`. @default true */
  readonly sendTime?: boolean;
}

/** Options of {@link publishBatch}. */
export interface PublishBatchOptions extends Omit<PublishOptions, 'carrier' | 'messageId'> {
  /** The messages, each with headers to be filled. */
  readonly messages: readonly { readonly carrier: Carrier }[];
}

/** What is known of a message that has arrived. */
export interface ReceivedMessage {
  /** The message's headers; whatever is no object carries nothing. */
  readonly carrier?: unknown;
  /** When it was sent: milliseconds since the Unix epoch, or a date. @default what the publisher wrote into the carrier */
  readonly sentAt?: number | string | Date;
  /** The message's id. */
  readonly messageId?: string;
}

/** Options of {@link consume}. */
export interface ConsumeOptions extends MessagingOptions, ReceivedMessage {
  /**
   * `'child'`: the sender's trace goes on; `'link'`: a new trace that points to the sender's span.
   *
   * @default 'child'; `'link'` for repeated jobs, and for deliveries after the first that come more than a minute late
   */
  readonly relation?: 'child' | 'link';
  /** Which delivery of the message this is, counted from 1. */
  readonly attempt?: number;
  /** Whether the message was delivered before, where the broker keeps no count. */
  readonly redelivered?: boolean;
  /** Whether the job comes again and again by a schedule, with the headers of whoever made the schedule. */
  readonly repeated?: boolean;
}

/** Options of {@link consumeBatch}. */
export interface ConsumeBatchOptions extends Omit<MessagingOptions, 'messageId'> {
  readonly messages: readonly ReceivedMessage[];
}

/** What may be said to an adapter on top of what it reads from the message itself. */
export interface AdapterOptions
  extends Partial<Pick<MessagingOptions, 'destination' | 'attributes' | 'isError' | 'links'>> {}

/** The same for the receiving side. */
export interface ConsumerOptions
  extends AdapterOptions,
    Pick<ConsumeOptions, 'relation' | 'attempt' | 'redelivered'> {}
