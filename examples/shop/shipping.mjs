// Quotes prices for parcels and dispatches shipments.

import { setTimeout as sleep } from 'node:timers/promises';
import { init, trace } from '@do/trace';
import { serve } from './http.mjs';

init({ service: 'shipping' });

serve({
  'POST /quotes': ({ item }) => quoteShipping(item),
  'POST /shipments': ({ orderId }) => dispatchShipment(orderId),
});

function quoteShipping(item) {
  return trace.span('quoteShipping', () => ({ body: { price: item === 'grand piano' ? 390 : 5 } }));
}

function dispatchShipment(orderId) {
  return trace.span('dispatchShipment', async span => {
    await sleep(12); // the response time of the carrier
    const tracking = `van-${orderId}`;
    span.setAttribute('shipment.tracking', tracking);
    return { status: 201, body: { tracking } };
  });
}
