// What must be true of an order's trace: the demo checks itself.

const SERVICES = ['gateway', 'orders', 'inventory', 'payment', 'shipping', 'confirmations'];

/** The trace of an order, among those that `GET /api/traces/:id` gave. */
export function traceOf(orderId, traces) {
  return traces.find(({ spans }) => spans.some(span => span.attributes['order.id'] === orderId));
}

/** Whether every span of the trace is there: each request was served, each message was consumed. */
export function isWhole({ problems, spans }) {
  const parents = new Set(spans.map(span => span.parentSpanId));
  return (
    problems.length === 0 &&
    spans.filter(span => span.parentSpanId === undefined).length === 1 &&
    spans.every(({ kind, spanId }) => !['client', 'producer'].includes(kind) || parents.has(spanId))
  );
}

/** What is wrong with the trace of an order; empty where it tells the story it should. */
export function complaints({ outcome }, { services, spans }) {
  const found = [];
  const expect = (holds, complaint) => {
    if (!holds) found.push(complaint);
  };
  const missing = SERVICES.filter(service => !services.includes(service));
  expect(missing.length === 0, `it does not reach ${missing.join(', ')}`);

  const consumed = spans.find(span => span.name === 'confirmOrder');
  const published = spans.find(span => span.spanId === consumed?.parentSpanId);
  expect(
    consumed?.service === 'confirmations' && published?.name === 'enqueueConfirmation',
    'the message of the queue is not below its sender',
  );

  const began = spans.filter(span => span.error?.began);
  if (outcome === 'failed') {
    const [error] = began;
    expect(
      began.length === 1 && error.name === 'writeLedger' && error.error.type === 'DatabaseTimeoutError',
      'the error is not shown in writeLedger, where it began',
    );
  } else {
    expect(began.length === 0, `${began[0]?.name} failed`);
  }
  if (outcome === 'slow') {
    const query = spans.find(span => span.name === 'findStock');
    expect(query?.durationNs > 500e6, 'the slow query does not show in findStock');
  }
  return found;
}
