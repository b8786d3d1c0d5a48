// What must be true of an order's trace: the demo checks itself.

const SERVICES = ['gateway', 'orders', 'inventory', 'payment', 'shipping', 'confirmations'];

/** The trace of an order, among those that `GET /api/traces/:id` gave. */
export function traceOf(orderId, traces) {
  return traces.find(({ spans }) => spans.some(span => span.attributes['order.id'] === orderId));
}

/** What the trace still lacks; empty where each request was served and each message was consumed in it. */
export function gaps(trace) {
  if (trace === undefined) return ['no span of it has arrived'];
  const roots = trace.spans.filter(span => span.parentSpanId === undefined);
  const parents = new Set(trace.spans.map(span => span.parentSpanId));
  const unanswered = trace.spans.filter(
    ({ kind, spanId }) => ['client', 'producer'].includes(kind) && !parents.has(spanId),
  );
  return [
    ...trace.problems.map(({ message }) => message),
    ...(roots.length === 1 ? [] : [`it has ${roots.length} roots`]),
    ...unanswered.map(({ service, name }) => `what "${service} ${name}" led to is not in it`),
  ];
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
