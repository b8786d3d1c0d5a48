// One of three services in every trace: front, middle, back. Each calls the next over HTTP. A request carries many traces, each
// with its own context headers. All spans are sent.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { init, trace } from '@do/trace';
import { otlp } from '@do/trace/exporters';
import { shapeOf } from './fleet-shapes.mjs';

const { role, endpoint, next, traces } = JSON.parse(process.env.FLEET);
const TRACES_PER_REQUEST = 500;

init({ service: role, exporter: otlp({ endpoint }), sample: 1, instrument: false });

const HANDLERS = { middle: handleInMiddle, back: handleInBack };

if (role === 'front') {
  process.once('message', async () => {
    const ids = await startTraces();
    await report({ ids });
  });
} else {
  const server = createServer(async (request, response) => {
    await HANDLERS[role](await json(request));
    response.end('[]');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send({ url: `http://127.0.0.1:${server.address().port}` });
  process.once('message', () => report({}));
}
process.once('disconnect', () => process.exit());

async function startTraces() {
  const ids = [];
  for (let first = 0; first < traces; first += TRACES_PER_REQUEST) {
    const open = Array.from({ length: Math.min(TRACES_PER_REQUEST, traces - first) }, (_, index) => {
      const i = first + index;
      const base = Date.now();
      const root = trace.startSpan('GET /orders', { kind: 'server', root: true, startTime: base });
      const call = trace.withSpan(root, () =>
        trace.startSpan('POST middle', { kind: 'client', startTime: base + 1 }),
      );
      ids.push(root.spanContext().traceId);
      return { i, base, root, call, headers: trace.withSpan(call, () => trace.inject()) };
    });
    await send(open.map(({ i, base, headers }) => ({ i, base, headers })));
    for (const { i, base, root, call } of open) {
      const { rootMs, failing } = shapeOf(i);
      call.end(base + 20);
      if (failing === 'front') root.setStatus({ code: 2 });
      root.end(base + rootMs);
    }
  }
  return ids;
}

async function handleInMiddle(jobs) {
  const open = jobs.map(({ i, base, headers }) => {
    const { middle, middles } = shapeOf(i);
    const span = trace.startSpan(middle, { kind: 'server', parent: headers, startTime: base + 2 });
    return trace.withSpan(span, () => {
      for (let n = 0; n < middles; n++) createWorkSpan(base + 3 + n);
      const call = trace.startSpan('POST back', { kind: 'client', startTime: base + 6 });
      return { i, base, span, call, headers: trace.withSpan(call, () => trace.inject()) };
    });
  });
  await send(open.map(({ i, base, headers }) => ({ i, base, headers })));
  for (const { i, base, span, call } of open) {
    if (shapeOf(i).failing === 'middle') call.setStatus({ code: 2 });
    call.end(base + 18);
    span.end(base + 19);
  }
}

function handleInBack(jobs) {
  for (const { i, base, headers } of jobs) {
    const { back, backs, backFrom = 7, backMs, failing } = shapeOf(i);
    const span = trace.startSpan(back, { kind: 'server', parent: headers, startTime: base + backFrom });
    trace.withSpan(span, () => {
      for (let n = 0; n < backs; n++) createWorkSpan(base + backFrom + n);
    });
    if (failing === 'back') span.setStatus({ code: 2 });
    span.end(base + backFrom + backMs);
  }
}

function createWorkSpan(start) {
  trace.startSpan('work', { startTime: start }).end(start + 0.5);
}

async function send(jobs) {
  const response = await fetch(next, { method: 'POST', body: JSON.stringify(jobs) });
  await response.text();
}

/** Flushes, and sends the statistics to the parent. */
async function report(result) {
  const { exporters } = await trace.flush({ timeoutMs: 60_000 });
  process.send({ ...result, exporters });
}
