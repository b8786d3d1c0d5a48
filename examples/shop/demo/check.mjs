// The checks of the demo: each order must be one whole trace.

const SERVICES = ['gateway', 'orders', 'inventory', 'payment', 'shipping', 'confirmations'];

/** The trace of an order, among the results of `GET /api/v1/traces/:id`. */
export function traceOf(orderId, traces) {
  return traces.find(({ spans }) => spans.some(span => span.attributes['order.id'] === orderId));
}

/** The parts that are missing in a trace. It is whole if each request was served and each message was consumed in it. */
export function findGaps(trace) {
  if (trace === undefined) return ['no span of it has arrived'];
  const roots = trace.spans.filter(span => span.parentSpanId === undefined);
  const parents = new Set(trace.spans.map(span => span.parentSpanId));
  const unanswered = trace.spans.filter(
    ({ kind, spanId }) => ['client', 'producer'].includes(kind) && !parents.has(spanId),
  );
  return [
    ...trace.problems.map(({ message }) => message),
    ...(roots.length === 1 ? [] : [`it has ${roots.length} roots`]),
    ...unanswered.map(({ service, name }) => `the other side of "${service} ${name}" is missing`),
  ];
}

/** The faults in the trace of an order. Empty if the trace has the expected services, spans and errors. */
export function findFaults({ outcome }, { services, spans }) {
  const faults = [];
  const expect = (isTrue, fault) => {
    if (!isTrue) faults.push(fault);
  };
  const missing = SERVICES.filter(service => !services.includes(service));
  expect(missing.length === 0, `it does not reach ${missing.join(', ')}`);

  const consumed = spans.find(span => span.name === 'confirmOrder');
  const published = spans.find(span => span.spanId === consumed?.parentSpanId);
  expect(
    consumed?.service === 'confirmations' && published?.name === 'enqueueConfirmation',
    'the consumer span is not a child of the producer span',
  );

  const began = spans.filter(span => span.error?.began);
  if (outcome === 'failed') {
    const [error] = began;
    expect(
      began.length === 1 && error.name === 'writeLedger' && error.error.type === 'DatabaseTimeoutError',
      'the error is not on writeLedger, where it began',
    );
  } else {
    expect(began.length === 0, `${began[0]?.name} failed`);
  }
  if (outcome === 'slow') {
    const query = spans.find(span => span.name === 'findStock');
    expect(query?.durationNs > 500e6, 'the slow query is not on findStock');
  }
  return faults;
}
