// The ESM and the CommonJS copy in one process: one init(), one state, one trace.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { init, trace } from '@do/trace';
import { memory } from '@do/trace/exporters';

const copy = createRequire(import.meta.url)('@do/trace');
assert.notEqual(copy.init, init, 'these are two copies');

const recorded = memory();
const handle = init({ service: 'copies', exporter: recorded, logger: quiet() });
assert.equal(copy.init({ logger: quiet() }), handle, 'the second init() answers the first one’s handle');

await trace.span('from ESM', async () => {
  const outer = trace.ids();
  await copy.trace.span('from CommonJS', async () => {
    assert.equal(copy.trace.ids().traceId, outer.traceId);
    await trace.span('from ESM again', async () => {});
  });
});
await copy.trace.flush();

const [inner, middle, outer] = recorded.spans;
assert.deepEqual(
  recorded.spans.map(span => span.name),
  ['from ESM again', 'from CommonJS', 'from ESM'],
);
assert.equal(inner.parentSpanContext.spanId, middle.spanContext().spanId);
assert.equal(middle.parentSpanContext.spanId, outer.spanContext().spanId);
assert.deepEqual(copy.trace.stats(), trace.stats());
console.log(`${recorded.spans.length} spans of two copies, one trace`);

function quiet() {
  const say = () => {};
  return { error: say, warn: say, info: say, debug: say };
}
