// Reads confirmations from the queue and sends an email to the customer. It has no server.

import { setTimeout as sleep } from 'node:timers/promises';
import { init, trace } from '@do/trace';
import { ready } from './http.mjs';
import { connectQueue } from './queue.mjs';

init({ service: 'confirmations' });

const queue = await connectQueue(process.env.QUEUE_PORT);
queue.consume('confirmations', message =>
  trace.continue(message.headers, 'confirmOrder', { kind: 'consumer' }, () => confirmOrder(message.body)),
);
ready();

async function confirmOrder({ orderId, status }) {
  const subject = status === 'paid' ? `Order ${orderId} is on its way` : `Order ${orderId} could not be paid`;
  await sendEmail(subject);
}

function sendEmail(subject) {
  return trace.span('sendEmail', async span => {
    span.setAttribute('email.subject', subject);
    await sleep(6); // the response time of the mail server
  });
}
