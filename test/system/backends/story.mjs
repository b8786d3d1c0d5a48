// The story that every backend is told: the shop of `examples/shop`, unchanged, and a program for what it does not
// show. Each process sends with the exporter under test and keeps, beside it, what it sent.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { Child } from '../processes.mjs';

/** Against a story without an end. */
const LIMIT_MS = 60_000;

const ORDERS = [
  { item: 'lamp', card: '4711', status: 201 },
  { item: 'desk', card: '4000', status: 503 },
  { item: 'grand piano', card: '4714', status: 201 },
];

/**
 * Runs the shop.
 *
 * @param {string} app the folder with the packed package
 * @param how what each process does with its spans: `{ exporter, options }` names one of the package's exporters,
 *   `{ zipkin }` is where OpenTelemetry's own exporter sends to
 * @returns every span that ended, in the form of `spans.mjs`, and the delivery's numbers of each service
 */
export async function tellStory(app, how) {
  const children = [];
  const start = async (service, file, env = {}) => {
    const preload = pathToFileURL(join(app, 'test/system/programs/record.mjs')).href;
    const RECORD = JSON.stringify({ service, ...how });
    const options = { cwd: app, env: { ...env, RECORD }, ipc: true };
    const child = new Child(process.execPath, ['--import', preload, file], options);
    children.push({ service, child });
    return (await child.nextMessage()).port;
  };
  try {
    const gateway = await startShop(start);
    for (const { item, card, status } of ORDERS) {
      const response = await fetch(`${gateway}/orders`, {
        method: 'POST',
        body: JSON.stringify({ item, card }),
      });
      assert.equal(response.status, status, await response.text());
    }
    await start('edges', 'test/system/programs/edges.mjs');
    return await whole(children);
  } finally {
    await Promise.all(children.map(({ child }) => child.end()));
  }
}

async function startShop(start) {
  const shop = (name, env) => start(name, `examples/shop/${name}.mjs`, env);
  const url = port => `http://127.0.0.1:${port}`;
  const QUEUE_PORT = String(await shop('broker'));
  const [inventory, payment, shipping] = await Promise.all([
    shop('inventory'),
    shop('payment'),
    shop('shipping'),
    shop('confirmations', { QUEUE_PORT }),
  ]);
  const INVENTORY_URL = url(inventory);
  const PAYMENT_URL = url(payment);
  const SHIPPING_URL = url(shipping);
  const orders = await shop('orders', { QUEUE_PORT, INVENTORY_URL, PAYMENT_URL, SHIPPING_URL });
  return url(await shop('gateway', { ORDERS_URL: url(orders) }));
}

/** What all of them tell, when everything that was begun has ended. */
async function whole(children) {
  let missing;
  const end = performance.now() + LIMIT_MS;
  do {
    missing = openOnes((await tell(children)).flatMap(each => each.spans));
    if (missing.length === 0) {
      // Once more: a span may have ended after its process had flushed, and before it told of its spans.
      const told = await tell(children);
      return {
        spans: told.flatMap(each => each.spans),
        delivery: told.map(({ spans: own, ...rest }) => ({ ...rest, ended: own.length })),
      };
    }
    await sleep(100);
  } while (performance.now() < end);
  throw new Error(`the story did not come to its end: ${missing.join('; ')}`);
}

/** What each process says: its spans, and the numbers of its delivery after a flush. */
function tell(children) {
  return Promise.all(
    children.map(async ({ service, child }) => ({ service, ...(await child.request('tell')) })),
  );
}

/** What has begun, as other spans show, and has not ended yet. */
function openOnes(spans) {
  const known = new Set(spans.map(span => span.spanId));
  const parents = new Set(spans.flatMap(span => [span.parentSpanId, ...span.links.map(link => link.spanId)]));
  const confirmed = spans.filter(span => span.name === 'confirmOrder').length;
  return [
    ...(confirmed === ORDERS.length ? [] : [`${confirmed} of ${ORDERS.length} orders are confirmed`]),
    ...spans
      .filter(
        span => span.parentSpanId !== '' && !known.has(span.parentSpanId) && span.name !== 'remote parent',
      )
      .map(span => `the parent of ${span.service} ${span.name} has not ended`),
    ...spans
      .filter(span => ['client', 'producer'].includes(span.kind) && !parents.has(span.spanId))
      .map(span => `what ${span.service} ${span.name} led to has not ended`),
  ];
}
