// The program of the README, by require.
const { init, trace } = require('@do/trace');
init({ service: 'orders' });

async function processOrder(orderId) {
  return trace.span('processOrder', async span => {
    span.setAttribute('order.id', orderId);
    const payment = await completePayment(orderId);
    span.addEvent('Payment processed', { paymentId: payment.id });
    await dispatchShipment(orderId);
    span.addEvent('Shipment dispatched');
    return { success: true };
  });
}

const completePayment = orderId => trace.span('completePayment', async () => ({ id: `payment-${orderId}` }));
const dispatchShipment = async () => {};

processOrder('order-4711').then(({ success }) => console.log(JSON.stringify({ success })));
