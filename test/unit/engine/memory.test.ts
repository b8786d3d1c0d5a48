// The engine keeps no ended span alive.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** It runs in a child process in which the garbage collector can be called. */
const PROGRAM = `
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '${new URL('../../../src/engine/index.ts', import.meta.url).href}';

context.setGlobalContextManager(new AsyncLocalStorageContextManager());
const tracer = new TracerProvider({ spanProcessors: [] }).getTracer('memory');
const collectGarbage = async () => { for (let i = 0; i < 5; i++) { await new Promise(setImmediate); globalThis.gc(); } };
const alive = refs => refs.filter(ref => ref.deref() !== undefined).length;

// Each step runs in the context of the previous step, and the last one never ends.
const chain = [];
let lastContext;
const step = remaining => tracer.startActiveSpan('step', async span => {
  chain.push(new WeakRef(span));
  await Promise.resolve();
  span.end();
  if (remaining > 0) return step(remaining - 1);
  lastContext = context.active();
  return new Promise(() => {});
});
step(1_000);
while (lastContext === undefined) await new Promise(setImmediate);

// A referenced child keeps neither its parent nor the local root alive.
const family = [];
const keep = [];
const relate = () => {
  const root = tracer.startSpan('root');
  const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
  child.end();
  root.end();
  family.push(new WeakRef(root));
  keep.push(child);
};
for (let i = 0; i < 100; i++) relate();
await collectGarbage();
const result = { chain: alive(chain), family: alive(family) };

// The heap does not grow from the first 5,000 traces of ten spans to the last.
const grow = () => { for (let t = 0; t < 5_000; t++) { const root = tracer.startSpan('r'); const inner = trace.setSpan(ROOT_CONTEXT, root); for (let s = 0; s < 9; s++) tracer.startSpan('s', {}, inner).end(); root.end(); } };
grow(); await collectGarbage();
const before = process.memoryUsage().heapUsed;
for (let i = 0; i < 10; i++) grow();
await collectGarbage();
result.grownKiB = Math.round((process.memoryUsage().heapUsed - before) / 1024);
result.ids = trace.getSpan(lastContext).spanContext().traceId.length + keep.length;
console.log(JSON.stringify(result));
process.exit(0);
`;

it('contexts, children and the engine keep no ended span alive, and the heap does not grow', () => {
  const out = execFileSync(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', '--input-type=module', '--eval', PROGRAM],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      encoding: 'utf8',
    },
  );
  const result = JSON.parse(out) as Record<string, number>;
  expect(result).toMatchObject({ chain: 0, family: 0, ids: 132 });
  expect(result.grownKiB).toBeLessThan(1_024);
});
