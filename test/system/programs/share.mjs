// Traces of which a share is kept at their roots, and traces that came from elsewhere with randomness of their own.

import { randomBytes } from 'node:crypto';
import { init, trace } from '@do/trace';
import { memory, otlp } from '@do/trace/exporters';

const { service, ratio, endpoint, traces, guests } = JSON.parse(process.env.SHARE);
const kept = memory({ maxSpans: 4 * (traces + guests) });

init({ service, exporter: [otlp({ endpoint }), kept], sample: ratio, instrument: false });

for (let i = 0; i < traces; i++) tell({ root: true });
for (let i = 0; i < guests; i++) {
  const hex = bytes => randomBytes(bytes).toString('hex');
  // Kept by half elsewhere: the upper half of the randomness, which the trace id knows nothing of.
  const randomness = `${'89abcdef'[i % 8]}${hex(7).slice(1)}`;
  const traceparent = `00-${hex(16)}-${hex(8)}-01`;
  tell({ parent: { traceparent, tracestate: `ot=th:8;rv:${randomness},other=1` } });
}
// Against a hang, not against a busy machine.
const { exporters } = await trace.flush({ timeoutMs: 60_000 });
process.send({
  exporters,
  kept: kept.spans.map(span => {
    const { traceId, spanId, traceState } = span.spanContext();
    return { traceId, spanId, traceState: traceState?.serialize() ?? '' };
  }),
});
process.once('disconnect', () => process.exit());

function tell(options) {
  trace.span('work', options, () => {
    trace.span('read', () => {});
    trace.span('write', () => {});
  });
}
