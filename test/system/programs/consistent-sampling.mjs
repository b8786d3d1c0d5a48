// Creates traces that are sampled at their roots, and traces with a remote parent and explicit randomness.

import { randomBytes } from 'node:crypto';
import { init, trace } from '@do/trace';
import { memory, otlp } from '@do/trace/exporters';

const { service, ratio, endpoint, traces, remoteTraces } = JSON.parse(process.env.CONSISTENT_SAMPLING);
const kept = memory({ maxSpans: 4 * (traces + remoteTraces) });

init({ service, exporter: [otlp({ endpoint }), kept], sample: ratio, instrument: false });

for (let i = 0; i < traces; i++) createTrace({ root: true });
for (let i = 0; i < remoteTraces; i++) {
  const hex = bytes => randomBytes(bytes).toString('hex');
  // The remote caller samples with a ratio of 0.5, so `rv` is in the upper half. It is independent of the trace id.
  const randomness = `${'89abcdef'[i % 8]}${hex(7).slice(1)}`;
  const traceparent = `00-${hex(16)}-${hex(8)}-01`;
  createTrace({ parent: { traceparent, tracestate: `ot=th:8;rv:${randomness},other=1` } });
}
// A limit for hangs only, which a busy machine does not reach.
const { exporters } = await trace.flush({ timeoutMs: 60_000 });
process.send({
  exporters,
  kept: kept.spans.map(span => {
    const { traceId, spanId, traceState } = span.spanContext();
    return { traceId, spanId, traceState: traceState?.serialize() ?? '' };
  }),
});
process.once('disconnect', () => process.exit());

function createTrace(options) {
  trace.span('work', options, () => {
    trace.span('read', () => {});
    trace.span('write', () => {});
  });
}
