// Charges cards and keeps the ledger.

import { init, trace } from '@do/trace';
import { DatabaseTimeoutError, openDatabase } from './database.mjs';
import { serve } from './http.mjs';

init({ service: 'payment' });

const ledger = openDatabase('ledger', {
  timeoutMs: 400,
  // The row of this card is locked by a transaction that was never ended.
  latencyMs: card => (card === '4000' ? 60_000 : 15),
});
let lastId = 0;

serve({
  'POST /payments': async payment => {
    try {
      return { status: 201, body: { id: await completePayment(payment) } };
    } catch (error) {
      if (error instanceof DatabaseTimeoutError) return { status: 503, body: { error: error.message } };
      throw error;
    }
  },
});

function completePayment({ orderId, card, total }) {
  return trace.span('completePayment', { attributes: { 'payment.total': total } }, async () => {
    lastId++;
    const id = `P-${lastId}`;
    await writeLedger(card, { id, orderId, total });
    return id;
  });
}

function writeLedger(card, entry) {
  return trace.span('writeLedger', () =>
    ledger.query('UPDATE ledger SET entries = entries || $2 WHERE card = $1', card, entry),
  );
}
