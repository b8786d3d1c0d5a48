// Accepts orders from customers and forwards them.

import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { init, trace } from '@do/trace';
import { serve } from './http.mjs';

init({ service: 'gateway' });

serve({
  'POST /orders': async order => {
    if (!order.item || !order.card) return { status: 400, body: { error: 'item and card are required' } };
    return placeOrder(order);
  },
});

function placeOrder(order) {
  return trace.span('placeOrder', async span => {
    span.setAttribute('order.item', order.item);
    const forwarded = request(`${process.env.ORDERS_URL}/orders`, { method: 'POST' });
    forwarded.end(JSON.stringify(order));
    const [response] = await once(forwarded, 'response');
    return { status: response.statusCode, body: await json(response) };
  });
}
