// The client of the broker: one connection, a line of JSON for each message.

import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Connects to the broker.
 *
 * @param {string} port where the broker listens
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
      console.error(error); // A message that cannot be handled must not be delivered for ever.
    }
    send({ acknowledge: deliver });
  });

  return {
    /** Puts a message, headers and body, into a queue; resolves when the broker has it. */
    publish(queue, message) {
      send({ publish: queue, message });
      return new Promise(resolve => {
        waiting.push(resolve);
      });
    },
    /** Calls back for one message after the other; the next comes when the last is done. */
    consume(queue, onMessage) {
      handler = onMessage;
      send({ consume: queue });
    },
  };
}
