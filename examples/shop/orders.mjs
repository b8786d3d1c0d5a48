// Processes an order: reserve, quote, pay, dispatch, and confirm over the queue.

import { init, trace } from '@do/trace';
import { post, serve } from './http.mjs';
import { connectQueue } from './queue.mjs';

init({ service: 'orders' });

const { INVENTORY_URL, SHIPPING_URL, PAYMENT_URL, QUEUE_PORT } = process.env;
const queue = await connectQueue(QUEUE_PORT);
let lastNumber = 1000;

serve({
  'POST /orders': async ({ item, card }) => {
    lastNumber++;
    const order = { id: `A-${lastNumber}`, item, card };
    const result = await processOrder(order);
    return { status: result.status === 'paid' ? 201 : 503, body: result };
  },
});

function processOrder(order) {
  return trace.span('processOrder', async span => {
    span.setAttribute('order.id', order.id);

    const [stock, shipping] = await Promise.all([
      post(`${INVENTORY_URL}/reservations`, { orderId: order.id, item: order.item }),
      post(`${SHIPPING_URL}/quotes`, { item: order.item }),
    ]);
    const total = stock.body.price + shipping.body.price;
    span.setAttribute('order.total', total);

    const payment = await post(`${PAYMENT_URL}/payments`, { orderId: order.id, card: order.card, total });
    if (payment.ok) {
      span.addEvent('Payment processed', { 'payment.id': payment.body.id });
      await post(`${SHIPPING_URL}/shipments`, { orderId: order.id });
    } else {
      span.addEvent('Payment failed');
      await post(`${INVENTORY_URL}/cancellations`, { orderId: order.id });
    }

    const status = payment.ok ? 'paid' : 'payment failed';
    await enqueueConfirmation({ orderId: order.id, status });
    return { id: order.id, status, total };
  });
}

function enqueueConfirmation(body) {
  return trace.span('enqueueConfirmation', { kind: 'producer' }, () =>
    queue.publish('confirmations', { headers: trace.inject(), body }),
  );
}
