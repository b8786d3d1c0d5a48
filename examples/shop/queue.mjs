// The client of the broker: one connection, a line of JSON for each message.

import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Connects to the broker.
 *
 * @param {string} port the port of the broker
 */
export async function connectQueue(port) {
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const send = frame => socket.write(`${JSON.stringify(frame)}\n`);
  const waiting = [];
  let handler;

  createInterface({ input: socket }).on('line', async line => {
    const { accepted, deliver, message } = JSON.parse(line);
    if (accepted) waiting.shift()();
    if (deliver === undefined) return;
    try {
      await handler(message);
    } catch (error) {
      console.error(error); // A message that cannot be handled must not be delivered again and again.
    }
    send({ acknowledge: deliver });
  });

  return {
    /** Publishes a message with headers and body. Resolves when the broker has accepted it. */
    publish(queue, message) {
      send({ publish: queue, message });
      return new Promise(resolve => {
        waiting.push(resolve);
      });
    },
    /** Calls `onMessage` for one message after the other, and waits for each. */
    consume(queue, onMessage) {
      handler = onMessage;
      send({ consume: queue });
    },
  };
}
