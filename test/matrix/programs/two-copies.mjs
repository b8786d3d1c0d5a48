// ESM, CommonJS and a second copy of the package in one process: one init(), one state, one trace.
import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { init, trace } from '@do/trace';
import { memory } from '@do/trace/exporters';

const require = createRequire(import.meta.url);
const required = require('@do/trace');
assert.equal(required.trace, trace, 'import and require have one facade');

// As if two dependencies of an application had two versions of the package.
const installed = dirname(require.resolve('@do/trace/package.json'));
const second = join(dirname(installed), `trace-copy-${process.pid}`);
cpSync(installed, second, { recursive: true });
process.on('exit', () => rmSync(second, { recursive: true, force: true }));
const copy = require(join(second, 'dist/cjs/index.js'));
assert.notEqual(copy.init, init, 'this is a second copy');

const recorded = memory();
const handle = init({ service: 'copies', exporter: recorded, logger: quiet() });
assert.equal(copy.init({ logger: quiet() }), handle, 'the second init() returns the handle of the first');

await trace.span('from the first', async () => {
  const outer = trace.ids();
  await copy.trace.span('from the copy', async () => {
    assert.equal(copy.trace.ids().traceId, outer.traceId);
    await trace.span('from the first again', async () => {});
  });
});
await copy.trace.flush();

const [inner, middle, outer] = recorded.spans;
assert.deepEqual(
  recorded.spans.map(span => span.name),
  ['from the first again', 'from the copy', 'from the first'],
);
assert.equal(inner.parentSpanContext.spanId, middle.spanContext().spanId);
assert.equal(middle.parentSpanContext.spanId, outer.spanContext().spanId);
assert.deepEqual(copy.trace.stats(), trace.stats());
console.log(`${recorded.spans.length} spans of two copies, one trace`);

function quiet() {
  const ignore = () => {};
  return { error: ignore, warn: ignore, info: ignore, debug: ignore };
}
