// Runs the shop: five services, a queue with its worker, and a receiver, each in its own process on a free port. Sends
// orders, prints three of them like `npx @do/trace view`, and checks that each is one whole trace.
//
//   node examples/shop/demo.mjs          ends when all traces have arrived, with status 1 if one is incomplete
//   node examples/shop/demo.mjs --keep   runs until Ctrl-C

import { once } from 'node:events';
import { findFaults, findGaps, traceOf } from './demo/check.mjs';
import { Processes } from './demo/processes.mjs';
import { startReceiver } from './demo/receiver.mjs';

const ORDERS = [
  { item: 'lamp', card: '4711', outcome: 'good' },
  { item: 'chair', card: '4712', outcome: 'good' },
  { item: 'desk', card: '4713', outcome: 'good', title: 'succeeded' },
  { item: 'lamp', card: '4000', outcome: 'failed', title: 'failed. Follow the ✗ down to the message' },
  {
    item: 'grand piano',
    card: '4714',
    outcome: 'slow',
    title: 'was slow. Follow ◀ slowest down to the cause',
  },
  { item: 'chair', card: '4715', outcome: 'good' },
];

const WHERE_NEXT = `Where to look next
  examples/shop/orders.mjs   how a service is traced: one init(), and trace.span
  docs/guide.md              every function, option and variable
  npm run demo -- --keep     leave the shop running and send orders of your own
  npx @do/trace view         the receiver, for your own service`;

const keep = process.argv.includes('--keep');
const interrupted = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => once(process, signal)));
const processes = new Processes();
let isUp = false;

try {
  const ended = await Promise.race([run(), interrupted.then(() => 'interrupted')]);
  if (ended === 'interrupted' && !isUp) process.exitCode = 130;
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await processes.endAll();
}

async function run() {
  const startedAt = performance.now();
  const receiver = await startReceiver(processes);
  const shop = await startShop(receiver.url);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `Six services, a queue and a receiver are up (${seconds} s). Sending ${ORDERS.length} orders.\n`,
  );

  const placed = [];
  for (const order of ORDERS) placed.push({ ...order, ...(await placeOrder(shop, order)) });

  let traces;
  await receiver.until(
    async () => {
      const arrived = await receiver.traces();
      traces = placed.map(({ id }) => traceOf(id, arrived));
      return traces.every(trace => findGaps(trace).length === 0) || undefined;
    },
    () => {
      const index = traces?.findIndex(trace => findGaps(trace).length > 0) ?? 0;
      return `the trace of order ${placed[index].id} is not whole (${findGaps(traces?.[index]).join('; ')})`;
    },
  );
  const trees = await Promise.all(traces.map(trace => receiver.tree(trace)));
  for (const [index, order] of placed.entries()) {
    const faults = findFaults(order, traces[index]);
    if (faults.length > 0)
      throw new Error(`order ${order.id}, trace ${traces[index].traceId}: ${faults.join('; ')}`);
    if (order.title === undefined) continue;
    console.log(`Order ${order.id} (${order.item}) ${order.title}.`);
    console.log(`${trees[index]}\n`);
  }
  console.log(WHERE_NEXT);
  if (keep) await stayUp(receiver, shop);
}

/** Starts each service when the services that it calls are ready. Returns the URL of the gateway. */
async function startShop(receiverUrl) {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiverUrl,
    OTEL_BSP_SCHEDULE_DELAY: '100', // milliseconds, so that the demo does not wait
    OTEL_LOG_LEVEL: 'warn', // no start-up lines of seven processes
  };
  const url = port => `http://127.0.0.1:${port}`;
  const QUEUE_PORT = String(await processes.startService('broker', env));
  const [inventory, payment, shipping] = await Promise.all([
    processes.startService('inventory', env),
    processes.startService('payment', env),
    processes.startService('shipping', env),
    processes.startService('confirmations', { ...env, QUEUE_PORT }),
  ]);
  const orders = await processes.startService('orders', {
    ...env,
    QUEUE_PORT,
    INVENTORY_URL: url(inventory),
    PAYMENT_URL: url(payment),
    SHIPPING_URL: url(shipping),
  });
  return url(await processes.startService('gateway', { ...env, ORDERS_URL: url(orders) }));
}

async function placeOrder(shop, { item, card, outcome }) {
  const response = await fetch(`${shop}/orders`, { method: 'POST', body: JSON.stringify({ item, card }) });
  const expected = outcome === 'failed' ? 503 : 201;
  const text = await response.text();
  if (response.status !== expected) throw new Error(`an order got the response ${response.status}: ${text}`);
  return JSON.parse(text);
}

async function stayUp(receiver, shop) {
  receiver.onTree = tree => console.log(`${tree}\n`);
  console.log(`
The shop keeps running. The trace of every order appears here. Send one:
  curl -d '{"item":"lamp","card":"4711"}' ${shop}/orders
The card 4000 fails, the item "grand piano" is slow.
The receiver listens at ${receiver.url} (GET /api/v1/traces). Ctrl-C ends everything.
`);
  isUp = true;
  await processes.failed;
}
