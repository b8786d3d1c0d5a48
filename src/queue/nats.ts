// NATS and JetStream: the context is in MsgHdrs. OpenTelemetry has no instrumentation of the client.

import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import { mergeAdapterOptions } from './adapter-options.js';
import { consume as consumeMessage } from './consume.js';
import { publish as publishMessage } from './publish.js';
import { readSendTimeOr } from './queue-time.js';
import type { ConsumerOptions } from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** The required method of a NATS connection or a JetStream client. */
export interface NatsPublisher {
  publish(subject: string, ...rest: never[]): unknown;
}

const SYSTEM = 'nats';

/**
 * `connection.publish`, or JetStream's, in a PRODUCER span. The call needs new `headers` for each message, because only
 * the client package can create them.
 *
 * @param connection the connection or JetStream client
 * @param args subject, payload, and options with `headers`
 * @example
 * natsMessages.publish(connection, 'orders', codec.encode(order), { headers: headers() });
 */
function publish<C extends NatsPublisher>(
  connection: C,
  ...args: Parameters<C['publish']>
): ReturnType<C['publish']> {
  const [subject, , options] = args as readonly unknown[];
  const { headers, msgID } = asRecord(options);
  const send = (): ReturnType<C['publish']> =>
    Reflect.apply(connection.publish, connection, args) as ReturnType<C['publish']>;
  if (typeof headers !== 'object' || headers === null) {
    globalState.diagnostics.reportOnce('nats-headers', 'warn', {
      code: 'message_headers_missing',
      message: 'natsMessages.publish was called without headers, so the message carries no context',
      why: "The receiver's spans are in another trace.",
      fix: 'Pass { headers: headers() } as options.',
      source: 'natsMessages.publish',
    });
  }
  const messageId = asText(msgID);
  return publishMessage(
    {
      system: SYSTEM,
      destination: safeText(subject),
      operation: 'publish',
      carrier: asRecord(headers),
      ...(messageId && { messageId }),
    },
    send,
  );
}

/**
 * Processes a message in a CONSUMER span.
 *
 * @param message a message of a subscription or of a JetStream consumer
 * @param fn the work
 * @param consumerOptions further attributes, relation; a `destination` if subjects have many values
 */
function process<T>(message: unknown, fn: () => T, consumerOptions?: ConsumerOptions): T {
  const read = (): object => {
    const { subject, headers, info } = asRecord(message);
    const { redeliveryCount, timestampNanos } = asRecord(info);
    const storedAtMs = typeof timestampNanos === 'number' ? timestampNanos / 1e6 : undefined;
    return {
      carrier: headers,
      destination: asText(subject),
      attempt: typeof redeliveryCount === 'number' && redeliveryCount > 0 ? redeliveryCount : undefined,
      sentAt: readSendTimeOr(headers, storedAtMs),
    };
  };
  const options = mergeAdapterOptions(read, { system: SYSTEM, destination: 'unknown' }, consumerOptions);
  return consumeMessage(options, fn);
}

/** Publish and process for NATS. */
export const natsMessages: { readonly publish: typeof publish; readonly process: typeof process } = {
  publish,
  process,
};
