// The spans that every backend receives: those of the unchanged shop in `examples/shop`, and those of `programs/edges.mjs` for the
// other features. Each process sends with the exporter under test and also keeps its spans in memory.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { Child } from '../processes.mjs';

/** The time until all spans of the scenario have ended. */
const LIMIT_MS = 60_000;

const ORDERS = [
  { item: 'lamp', card: '4711', status: 201 },
  { item: 'desk', card: '4000', status: 503 },
  { item: 'grand piano', card: '4714', status: 201 },
];

/**
 * Runs the scenario.
 *
 * @param {string} app the folder with the packed package
 * @param output the exporter of each process: `{ exporter, options }` names one of the package's exporters, `{ zipkin }` is the
 *   URL for OpenTelemetry's exporter
 * @returns every ended span in the form of `spans.mjs`, and the delivery statistics of each service
 */
export async function runScenario(app, output) {
  const children = [];
  const start = async (service, file, env = {}) => {
    const preload = pathToFileURL(join(app, 'test/system/programs/record.mjs')).href;
    const RECORD = JSON.stringify({ service, ...output });
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
    return await waitForAllSpans(children);
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

/** Waits until all started spans have ended, and returns the reports of all processes. */
async function waitForAllSpans(children) {
  let missing;
  const end = performance.now() + LIMIT_MS;
  do {
    missing = unfinishedWork((await collectReports(children)).flatMap(each => each.spans));
    if (missing.length === 0) {
      // Collects again, because a span may have ended between the flush and the report of its process.
      const reports = await collectReports(children);
      return {
        spans: reports.flatMap(each => each.spans),
        delivery: reports.map(({ spans: own, ...rest }) => ({ ...rest, ended: own.length })),
      };
    }
    await sleep(100);
  } while (performance.now() < end);
  throw new Error(`the scenario is not finished: ${missing.join(', ')}`);
}

/** Returns the spans of each process, and its delivery statistics after a flush. */
function collectReports(children) {
  return Promise.all(
    children.map(async ({ service, child }) => ({ service, ...(await child.request('report')) })),
  );
}

/** Describes the work that has started, as other spans show, and has not ended yet. */
function unfinishedWork(spans) {
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
      .map(span => `the child of ${span.service} ${span.name} has not ended`),
  ];
}
