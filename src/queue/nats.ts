// NATS and JetStream: the context is in MsgHdrs. OpenTelemetry has no instrumentation of the client.

import { globalState } from '../core/global-state.js';
import { createProcess, readSubscription } from './process.js';
import { publishMessage } from './publish.js';
import { readSendTimeOr } from './queue-time.js';
import type { Process } from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** The required methods of a NATS connection. A JetStream client has `publish` only. */
export interface NatsConnection {
  publish(subject: string, ...rest: never[]): unknown;
  request(subject: string, ...rest: never[]): unknown;
}

const SYSTEM = 'nats';

function publish<C extends Pick<NatsConnection, 'publish'>>(
  connection: C,
  ...args: Parameters<C['publish']>
): ReturnType<C['publish']> {
  return sendInProducerSpan('publish', args, () =>
    Reflect.apply(connection.publish, connection, args),
  ) as ReturnType<C['publish']>;
}

function request<C extends Pick<NatsConnection, 'request'>>(
  connection: C,
  ...args: Parameters<C['request']>
): ReturnType<C['request']> {
  return sendInProducerSpan('request', args, () =>
    Reflect.apply(connection.request, connection, args),
  ) as ReturnType<C['request']>;
}

const process = createProcess<string>('nats', SYSTEM, (source, message) => {
  const { subject, headers, info } = asRecord(message);
  const { redeliveryCount, timestampNanos } = asRecord(info);
  const storedAtMs = typeof timestampNanos === 'number' ? timestampNanos / 1e6 : undefined;
  return {
    ...readSubscription(source, subject),
    carrier: headers,
    attempt: typeof redeliveryCount === 'number' && redeliveryCount > 0 ? redeliveryCount : undefined,
    sentAt: readSendTimeOr(headers, storedAtMs),
  };
});

/**
 * NATS and JetStream. Each message needs new `headers`, because only the client package can create them.
 *
 * @example
 * nats.publish(connection, 'orders', codec.encode(order), { headers: headers() });
 * for await (const message of subscription) await nats.process('orders', message, () => confirm(message));
 */
export const nats: {
  /** `publish` of a connection or of a JetStream client in a PRODUCER span, with its parameters and result. */
  publish<C extends Pick<NatsConnection, 'publish'>>(
    connection: C,
    ...args: Parameters<C['publish']>
  ): ReturnType<C['publish']>;
  /** `connection.request` in a PRODUCER span, which ends with the reply. */
  request<C extends Pick<NatsConnection, 'request'>>(
    connection: C,
    ...args: Parameters<C['request']>
  ): ReturnType<C['request']>;
  /**
   * Processes a message of a subscription or of a JetStream consumer in a CONSUMER span. The source is the subject, or the
   * subscription (`orders.*`) if subjects have many values.
   */
  readonly process: Process<string>;
} = { publish, request, process };

function sendInProducerSpan(
  operation: 'publish' | 'request',
  args: readonly unknown[],
  send: () => unknown,
): unknown {
  const [subject, , options] = args;
  const { headers, msgID } = asRecord(options);
  if (typeof headers !== 'object' || headers === null) reportMissingHeaders(`nats.${operation}`);
  const messageId = asText(msgID);
  const destination = asText(subject);
  return publishMessage(
    {
      system: SYSTEM,
      ...(destination !== undefined && { destination }),
      operation,
      carrier: asRecord(headers),
      ...(messageId && { messageId }),
    },
    send,
  );
}

function reportMissingHeaders(source: string): void {
  globalState.diagnostics.reportOnce(`nats-headers:${source}`, 'warn', {
    code: 'message_headers_missing',
    message: `${source} was called without headers, so the message carries no context`,
    why: "The receiver's spans are in another trace.",
    fix: 'Pass { headers: headers() } as options.',
    source,
  });
}
