// NATS and JetStream: the context travels in MsgHdrs. No OpenTelemetry instrumentation exists for the client.

import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import { described, loose, text } from './adapter.js';
import { consume as consumeMessage } from './consume.js';
import { publish as publishMessage } from './publish.js';
import { stampOr } from './queue-time.js';
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
  const { headers, msgID } = loose(options);
  const send = (): ReturnType<C['publish']> =>
    Reflect.apply(connection.publish, connection, args) as ReturnType<C['publish']>;
  if (typeof headers !== 'object' || headers === null) {
    globalState.diagnostics.once(
      'nats-headers',
      'warn',
      'natsMessages.publish was called without headers, so the trace ends there; pass { headers: headers() }',
    );
  }
  const messageId = text(msgID);
  return publishMessage(
    {
      system: SYSTEM,
      destination: safeText(subject),
      operation: 'publish',
      carrier: loose(headers),
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
    const { subject, headers, info } = loose(message);
    const { redeliveryCount, timestampNanos } = loose(info);
    const stored = typeof timestampNanos === 'number' ? timestampNanos / 1e6 : undefined;
    return {
      carrier: headers,
      destination: text(subject),
      attempt: typeof redeliveryCount === 'number' && redeliveryCount > 0 ? redeliveryCount : undefined,
      sentAt: stampOr(headers, stored),
    };
  };
  return consumeMessage(described(read, { system: SYSTEM, destination: 'unknown' }, said), fn);
}

/** Publish and process, around NATS. */
export const natsMessages: { readonly publish: typeof publish; readonly process: typeof process } = {
  publish,
  process,
};
