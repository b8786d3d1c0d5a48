// The common part of these examples: a shop accepts an order over HTTP and publishes it to a queue. A worker consumes it,
// confirms it, and calls the next service over HTTP. One order is one trace.
//
//   node amqplib.mjs            both in one process, with one order
//   node amqplib.mjs shop       accepts orders on a free port: POST /orders
//   node amqplib.mjs worker     confirms them, by POST to NEXT_URL

import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { init, trace } from '@do/trace';

const ROLE = process.argv[2] ?? 'both';

/** The number of orders that the worker confirms at a time. */
export const CONCURRENCY = 16;

/** The queue, topic, subject or stream. */
export const QUEUE = process.env.QUEUE ?? 'orders';

/** `child`: the worker continues the trace of the order (the default). `link`: it starts a new trace with a link. */
export const RELATION = process.env.RELATION;

const handle = init({
  service: ROLE === 'both' ? 'shop-and-worker' : ROLE,
  baggageAttributes: ['tenant'],
});

/**
 * Runs the roles of this process until its parent disconnects.
 *
 * @param broker.publish publishes an order
 * @param broker.work calls back for each order, and resolves when the worker is ready
 * @param broker.close closes the connection
 */
export async function run({ publish, work, close }) {
  let confirmed = () => {};
  let server;
  let url;
  if (ROLE !== 'worker') {
    server = createServer(async (request, response) => {
      const order = await json(request);
      if (request.url === '/confirmations') confirmed(order);
      else await publish(order);
      response.writeHead(202).end();
    });
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${server.address().port}`;
  }
  const next = process.env.NEXT_URL ?? `${url}/confirmations`;
  const busy = new Set();
  const confirm = async order => {
    const confirming = confirmOrder(order, next);
    busy.add(confirming);
    await confirming.finally(() => busy.delete(confirming));
  };
  if (ROLE !== 'shop') await work(confirm);

  const end = async () => {
    process.removeAllListeners('disconnect');
    server?.close();
    server?.closeIdleConnections();
    await Promise.allSettled(busy);
    await setImmediate(); // so that the acknowledgement that follows a confirmation has been sent
    await close();
    await handle.shutdown();
    process.exit();
  };
  process.once('disconnect', end);
  process.send?.({ ready: true, url });
  if (ROLE !== 'both') {
    if (!process.send) console.log(url === undefined ? 'ready' : `POST ${url}/orders`);
    return;
  }
  const done = new Promise(resolve => {
    confirmed = resolve;
  });
  await post(`${url}/orders`, { id: 4711 });
  console.log(`order ${(await done).id} is confirmed`);
  await end();
}

function confirmOrder(order, url) {
  return trace.span('confirmOrder', () => post(url, order));
}

async function post(url, body) {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`);
}
