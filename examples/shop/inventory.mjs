// The stock, and the reservations of it.

import { init, trace } from '@do/trace';
import { openDatabase } from './database.mjs';
import { serve } from './http.mjs';

init({ service: 'inventory' });

const PRICES = { lamp: 49, chair: 120, desk: 310, 'grand piano': 24_900 };
const reserved = new Map();

const database = openDatabase('stock', {
  timeoutMs: 5_000,
  // There is no index for items that are too large for a shelf, so the whole table is read.
  latencyMs: item => (item === 'grand piano' ? 700 : 8),
});

serve({
  'POST /reservations': ({ orderId, item }) => reserveStock(orderId, item),
  'POST /cancellations': ({ orderId }) => releaseStock(orderId),
});

function reserveStock(orderId, item) {
  return trace.span('reserveStock', async () => {
    await findStock(item);
    reserved.set(orderId, item);
    return { body: { price: PRICES[item] ?? 25 } };
  });
}

function findStock(item) {
  return trace.span('findStock', { attributes: { 'stock.item': item } }, () =>
    database.query('SELECT * FROM stock WHERE item = $1', item),
  );
}

function releaseStock(orderId) {
  return trace.span('releaseStock', () => {
    reserved.delete(orderId);
    return { body: {} };
  });
}
