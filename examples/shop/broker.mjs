// The queue: a small broker over TCP that keeps messages until a consumer has acknowledged them. Like RabbitMQ, SQS or
// Redis it has no tracing: the context travels in the headers of the messages.

import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { ready } from './http.mjs';

const queues = new Map();
let lastDelivery = 0;

const server = createServer(socket => {
  let consumed; // the queue that this connection consumes
  let inFlight; // the delivery that it has not acknowledged yet
  const consumer = {
    isFree: () => inFlight === undefined,
    deliver(message) {
      lastDelivery++;
      inFlight = { id: lastDelivery, message };
      send({ deliver: lastDelivery, message });
    },
  };
  const send = frame => socket.write(`${JSON.stringify(frame)}\n`);

  createInterface({ input: socket }).on('line', line => {
    const frame = JSON.parse(line);
    if (frame.publish !== undefined) {
      queueOf(frame.publish).messages.push(frame.message);
      send({ accepted: true });
      dispatch(queueOf(frame.publish));
    }
    if (frame.consume !== undefined) {
      consumed = queueOf(frame.consume);
      consumed.consumers.add(consumer);
      dispatch(consumed);
    }
    if (frame.acknowledge !== undefined && frame.acknowledge === inFlight?.id) {
      inFlight = undefined;
      dispatch(consumed);
    }
  });

  // The unfinished message of a lost consumer is delivered to the next one.
  socket.on('close', () => {
    if (consumed === undefined) return;
    consumed.consumers.delete(consumer);
    if (inFlight !== undefined) consumed.messages.unshift(inFlight.message);
    dispatch(consumed);
  });
  socket.on('error', () => {}); // 'close' follows
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => ready(server.address().port));

function queueOf(name) {
  if (!queues.has(name)) queues.set(name, { messages: [], consumers: new Set() });
  return queues.get(name);
}

function dispatch({ messages, consumers }) {
  for (const consumer of consumers) {
    if (messages.length > 0 && consumer.isFree()) consumer.deliver(messages.shift());
  }
}
