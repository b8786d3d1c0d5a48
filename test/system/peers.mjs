// Other people's tracers as neighbours over HTTP: they have codecs of their own, and one trace must go through both.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { npmFolder, ownFolder } from './folders.mjs';
import { goProgram, python, ROOT, skipReasonForGoModule } from './install.mjs';
import { Child } from './processes.mjs';

const PYTHON = [
  'opentelemetry-distro==0.66b1',
  'opentelemetry-exporter-otlp-proto-http==1.45.1',
  'opentelemetry-instrumentation-wsgi==0.66b1',
  'opentelemetry-instrumentation-urllib==0.66b1',
];

const GO = join(ROOT, 'test/system/peers/go');

/** What the neighbours that send spans to our backend are told. */
const SENDING = {
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_BSP_SCHEDULE_DELAY: '100',
};

/**
 * Each neighbour: how it is started, whether it hands baggage on, the name under which its spans reach our backend (if
 * they do), and why a machine may do without it.
 */
export const PEERS = {
  'dd-trace 5': { start: () => startNode('dd-trace', '5.132.0'), baggage: true },
  'elastic-apm-node 4': { start: () => startNode('elastic-apm-node', '4.18.0'), baggage: false },
  'Python opentelemetry-distro': { start: startPython, baggage: true, sends: 'python' },
  'Go otelhttp': { start: startGo, baggage: true, sends: 'go', lacking: () => skipReasonForGoModule(GO) },
};

/** One trace through two neighbours. */
export const CHAIN = 'ours, Python, Go, ours';

/**
 * Runs requests through a neighbour and services of ours.
 *
 * @param {import('./report.mjs').Report} report
 * @param {string} name one of {@link PEERS}
 * @param world where our programs stand, and the backend
 */
export async function runPeer(report, name, { app, collector }) {
  const { start, baggage, sends, lacking } = PEERS[name];
  const why = await lacking?.();
  if (why !== undefined) return report.skip(name, why);
  const theirSpans = sends === undefined ? 0 : 2;
  const world = { app, collector, neighbours: [start] };
  await withServices(report, name, world, async ([theirs], before, after, last) => {
    await report.check(name, 'ours, theirs, ours: one trace', async () => {
      const traceId = hex(16);
      const headers = { traceparent: `00-${traceId}-${hex(8)}-01`, baggage: 'tenant=a' };
      const url = through(before, theirs, after, last);
      const seen = JSON.parse(await (await fetch(url, { headers })).text());
      const spans = await collector.waitForTrace(traceId, 4 + theirSpans);
      assert.equal(seen.traceparent.slice(3, 35), traceId);
      const [outgoing, incoming] = [find(spans, 'before', 'client'), find(spans, 'after', 'server')];
      // Their span stands in between: neither is the other's direct parent, and nobody started anew.
      assert.notEqual(incoming.parentSpanId, '');
      assert.notEqual(incoming.parentSpanId, outgoing.spanId);
      assert.equal(seen.traceparent.slice(36, 52), find(spans, 'after', 'client').spanId);
      if (baggage) assert.equal(seen.baggage, 'tenant=a');
    });

    await report.check(name, 'theirs, ours: we go on with the trace that they started', async () => {
      const seen = JSON.parse(await (await fetch(through(theirs, after, last))).text());
      const [, traceId, spanId] = seen.traceparent.split('-');
      const spans = await collector.waitForTrace(traceId, 2 + theirSpans);
      const incoming = find(spans, 'after', 'server');
      assert.notEqual(incoming.parentSpanId, '');
      if (sends) assert.equal(incoming.parentSpanId, find(spans, sends, 'client').spanId);
      assert.equal(find(spans, 'after', 'client').spanId, spanId);
    });
  });
}

/**
 * Runs a request through two neighbours between services of ours: each span is the child of the one before it.
 *
 * @param {import('./report.mjs').Report} report
 * @param {string} name what the report calls it
 * @param world where our programs stand, and the backend
 */
export async function runChain(report, name, { app, collector }) {
  const why = await skipReasonForGoModule(GO);
  if (why !== undefined) return report.skip(name, why);
  const world = { app, collector, neighbours: [startPython, startGo] };
  await withServices(report, name, world, async ([py, go], before, after, last) => {
    await report.check(name, 'one trace, each span the child of the one before', async () => {
      const [traceId, parentId] = [hex(16), hex(8)];
      const headers = {
        traceparent: `00-${traceId}-${parentId}-01`,
        tracestate: 'vendor=opaque',
        baggage: 'tenant=a',
      };
      const url = through(before, py, go, after, last);
      const seen = JSON.parse(await (await fetch(url, { headers })).text());
      const spans = await collector.waitForTrace(traceId, 8);
      assert.equal(spans.length, 8);
      let parent = parentId;
      for (const one of ['before', 'python', 'go', 'after']) {
        for (const kind of ['server', 'client']) {
          const span = find(spans, one, kind);
          assert.equal(span.parentSpanId, parent, `the parent of the ${kind} span of ${one}`);
          parent = span.spanId;
        }
      }
      assert.equal(seen.traceparent, `00-${traceId}-${parent}-${seen.traceparent.slice(53)}`);
      assert.equal(seen.tracestate, 'vendor=opaque');
      assert.equal(seen.baggage, 'tenant=a');
    });
  });
}

/** Starts the neighbours, two services of ours and the end of the chain; ends them all. */
async function withServices(report, name, { app, collector, neighbours }, fn) {
  const started = [];
  const last = await startLast();
  const service = async role => {
    const child = new Child(process.execPath, ['test/system/programs/service.mjs', role], {
      cwd: app,
      ipc: true,
      env: collector.env,
    });
    started.push(child);
    return (await child.nextMessage()).url;
  };
  try {
    const theirs = [];
    for (const start of neighbours) {
      const { child, url } = await start(collector.env);
      started.push(child);
      theirs.push(url);
    }
    const [before, after] = await Promise.all([service('before'), service('after')]);
    await fn(theirs, before, after, last.url);
  } catch (error) {
    await report.failTier(name, error);
  } finally {
    await Promise.all(started.map(child => child.end()));
    last.stop();
  }
}

async function startNode(name, version) {
  const folder = ownFolder(await npmFolder(name, { [name]: version }));
  const program = join(folder, 'service.mjs');
  copyFileSync(join(ROOT, 'test/system/peers/service.mjs'), program);
  const child = new Child(process.execPath, [program, name], { cwd: folder, ipc: true });
  return { child, ...(await child.nextMessage()) };
}

async function startPython(env) {
  const path = await python(PYTHON);
  const program = join(ROOT, 'test/system/peers/service.py');
  const child = new Child(join(dirname(path), 'opentelemetry-instrument'), [path, program], {
    env: { ...env, ...SENDING, OTEL_SERVICE_NAME: 'python' },
  });
  const [, url] = await child.waitForOutput(/listening on (\S+)/);
  return { child, url };
}

async function startGo(env) {
  const program = await goProgram(GO);
  const child = new Child(program, [], { env: { ...env, ...SENDING, OTEL_SERVICE_NAME: 'go' } });
  const [, url] = await child.waitForOutput(/listening on (\S+)/);
  return { child, url };
}

/** The URL of the first service, which names the second, and so on. */
function through(...urls) {
  return urls.reduceRight((next, url) => `${url}/?next=${encodeURIComponent(next)}`);
}

function find(spans, service, kind) {
  const found = spans.find(span => span.service === service && span.kind === kind);
  const names = spans.map(span => `${span.service} ${span.kind} ${span.name}`).join('\n');
  assert(found, `no ${kind} span of ${service}, of:\n${names}`);
  return found;
}

/** The end of the chain: answers with the headers that arrived. */
async function startLast() {
  const server = createServer((request, response) => response.end(JSON.stringify(request.headers)));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function hex(bytes) {
  return randomBytes(bytes).toString('hex');
}
