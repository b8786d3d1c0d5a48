// NATS and JetStream: the context travels in MsgHdrs. No OpenTelemetry instrumentation exists for the client.

import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import { mergeAdapterOptions, asRecord, asText } from './adapter-options.js';
import { consume as consumeMessage } from './consume.js';
import { publish as publishMessage } from './publish.js';
import { readSendTimeOr } from './queue-time.js';
import type { ConsumerOptions } from './types.js';

/** What is used of a NATS connection or a JetStream client. */
export interface NatsPublisher {
  publish(subject: string, ...rest: never[]): unknown;
}

const SYSTEM = 'nats';

/**
 * `connection.publish`, or JetStream's, in a PRODUCER span. Only the client can make headers, so they must be given,
 * new for each message.
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
    globalState.diagnostics.once(
      'nats-headers',
      'warn',
      'natsMessages.publish was called without headers, so the trace ends there; pass { headers: headers() }',
    );
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
 * @param said further attributes, relation; a `destination` where subjects have many values
 */
function process<T>(message: unknown, fn: () => T, said?: ConsumerOptions): T {
  const read = (): object => {
    const { subject, headers, info } = asRecord(message);
    const { redeliveryCount, timestampNanos } = asRecord(info);
    const stored = typeof timestampNanos === 'number' ? timestampNanos / 1e6 : undefined;
    return {
      carrier: headers,
      destination: asText(subject),
      attempt: typeof redeliveryCount === 'number' && redeliveryCount > 0 ? redeliveryCount : undefined,
      sentAt: readSendTimeOr(headers, stored),
    };
  };
  return consumeMessage(mergeAdapterOptions(read, { system: SYSTEM, destination: 'unknown' }, said), fn);
}

/** Publish and process, around NATS. */
export const natsMessages: { readonly publish: typeof publish; readonly process: typeof process } = {
  publish,
  process,
};
