// Places orders over HTTP, receives them in the next service, and checks the spans in between.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const IN_FLIGHT = 24;
const TIMEOUT_MS = 120_000;

/** Checks that each span of an order is the child of the one before. Returns the producer and the consumer span. */
export function assertParentChain(spans, order, arrived) {
  const server = onlySpanOfKind(spans, 'server');
  const producer = onlySpanOfKind(spans, 'producer');
  const consumer = onlySpanOfKind(spans, 'consumer');
  const work = spans.find(span => span.name === 'confirmOrder');
  const client = spans.find(span => span.spanId === arrived.spanId);
  const parents = [server, producer, consumer, work, client].map(span => span?.parentSpanId);
  const expected = [order.spanId, server.spanId, producer.spanId, consumer.spanId, work?.spanId];
  assert.deepEqual(parents, expected, `order ${order.id}: the chain of parents is broken`);
  return { producer, consumer };
}

/** Returns the only span of a kind. */
export function onlySpanOfKind(spans, kind) {
  const found = spans.filter(span => span.kind === kind);
  const names = spans.map(span => `${span.service} ${span.kind} ${span.name}`).join('\n');
  assert.equal(found.length, 1, `${found.length} spans of kind ${kind} instead of one, of:\n${names}`);
  return found[0];
}

/** Places an order in a new trace, as a browser or another service does. */
export async function placeOrder(url, id) {
  const order = { id, traceId: hex(16), spanId: hex(8), tenant: `t-${id}` };
  const response = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { traceparent: `00-${order.traceId}-${order.spanId}-01`, baggage: `tenant=${order.tenant}` },
    body: JSON.stringify({ id }),
  });
  assert.equal(response.status, 202);
  return order;
}

/** Maps items with limited concurrency. The results are in the order of the items. */
export async function mapInParallel(items, fn) {
  const results = [];
  const remaining = items.entries();
  const mapRemaining = async () => {
    for (const [index, item] of remaining) results[index] = await fn(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, mapRemaining));
  return results;
}

/** Starts the next service. It reads the headers and has no tracing. */
export async function startNextService() {
  const arrivals = new Map();
  const waiting = new Map();
  let count = 0;
  const server = createServer(async (request, response) => {
    const { id } = await json(request);
    const [, traceId, spanId] = (request.headers.traceparent ?? '').split('-');
    const arrival = { traceId, spanId, baggage: request.headers.baggage };
    count++;
    arrivals.set(id, arrival);
    waiting.get(id)?.(arrival);
    response.end();
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    count: () => count,
    async waitForArrival(id) {
      if (arrivals.has(id)) return arrivals.get(id);
      let timer;
      const timeout = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`order ${id} has not arrived`)), TIMEOUT_MS);
      });
      try {
        return await Promise.race([new Promise(resolve => waiting.set(id, resolve)), timeout]);
      } finally {
        clearTimeout(timer);
      }
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function hex(bytes) {
  return randomBytes(bytes).toString('hex');
}
