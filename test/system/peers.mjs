// Tests propagation over HTTP between our services and services with other tracers (peers), which have their own codecs.

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

/** The environment variables of the peers that send spans to our backend. */
const EXPORT_ENV = {
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_BSP_SCHEDULE_DELAY: '100',
};

/**
 * The peers: the function that starts each, whether it propagates baggage, the service name of the spans that it sends to our
 * backend (if any), and the function that returns the reason for a skip.
 */
export const PEERS = {
  'dd-trace 5': { start: () => startNode('dd-trace', '5.132.0'), hasBaggage: true },
  'elastic-apm-node 4': { start: () => startNode('elastic-apm-node', '4.18.0'), hasBaggage: false },
  'Python opentelemetry-distro': { start: startPython, hasBaggage: true, service: 'python' },
  'Go otelhttp': {
    start: startGo,
    hasBaggage: true,
    service: 'go',
    skipReason: () => skipReasonForGoModule(GO),
  },
};

/** The tier with one trace through two peers. */
export const CHAIN = 'ours, Python, Go, ours';

/**
 * Runs requests through a peer and our services.
 *
 * @param {import('./report.mjs').Report} report
 * @param {string} name one of {@link PEERS}
 * @param setup the folder of our programs, and the backend
 */
export async function runPeer(report, name, { app, collector }) {
  const { start, hasBaggage, service, skipReason } = PEERS[name];
  const reason = await skipReason?.();
  if (reason !== undefined) return report.skip(name, reason);
  const peerSpans = service === undefined ? 0 : 2;
  const setup = { app, collector, startPeers: [start] };
  await withServices(report, name, setup, async ([peer], before, after, last) => {
    await report.check(name, 'our service, the peer, our service: one trace', async () => {
      const traceId = hex(16);
      const headers = { traceparent: `00-${traceId}-${hex(8)}-01`, baggage: 'tenant=a' };
      const url = nestedUrl(before, peer, after, last);
      const received = JSON.parse(await (await fetch(url, { headers })).text());
      const spans = await collector.waitForTrace(traceId, 4 + peerSpans);
      assert.equal(received.traceparent.slice(3, 35), traceId);
      const [outgoing, incoming] = [find(spans, 'before', 'client'), find(spans, 'after', 'server')];
      // The parent is a span of the peer: there is a parent, and it is not our outgoing span.
      assert.notEqual(incoming.parentSpanId, '');
      assert.notEqual(incoming.parentSpanId, outgoing.spanId);
      assert.equal(received.traceparent.slice(36, 52), find(spans, 'after', 'client').spanId);
      if (hasBaggage) assert.equal(received.baggage, 'tenant=a');
    });

    await report.check(
      name,
      'the peer, our service: we continue the trace that the peer started',
      async () => {
        const received = JSON.parse(await (await fetch(nestedUrl(peer, after, last))).text());
        const [, traceId, spanId] = received.traceparent.split('-');
        const spans = await collector.waitForTrace(traceId, 2 + peerSpans);
        const incoming = find(spans, 'after', 'server');
        assert.notEqual(incoming.parentSpanId, '');
        if (service) assert.equal(incoming.parentSpanId, find(spans, service, 'client').spanId);
        assert.equal(find(spans, 'after', 'client').spanId, spanId);
      },
    );
  });
}

/**
 * Runs a request through two peers between our services. Each span must be the child of the one before it.
 *
 * @param {import('./report.mjs').Report} report
 * @param {string} name the name of the tier in the report
 * @param setup the folder of our programs, and the backend
 */
export async function runChain(report, name, { app, collector }) {
  const reason = await skipReasonForGoModule(GO);
  if (reason !== undefined) return report.skip(name, reason);
  const setup = { app, collector, startPeers: [startPython, startGo] };
  await withServices(report, name, setup, async ([py, go], before, after, last) => {
    await report.check(name, 'one trace, in which each span is the child of the one before', async () => {
      const [traceId, parentId] = [hex(16), hex(8)];
      const headers = {
        traceparent: `00-${traceId}-${parentId}-01`,
        tracestate: 'vendor=opaque',
        baggage: 'tenant=a',
      };
      const url = nestedUrl(before, py, go, after, last);
      const received = JSON.parse(await (await fetch(url, { headers })).text());
      const spans = await collector.waitForTrace(traceId, 8);
      assert.equal(spans.length, 8);
      let parent = parentId;
      for (const service of ['before', 'python', 'go', 'after']) {
        for (const kind of ['server', 'client']) {
          const span = find(spans, service, kind);
          assert.equal(span.parentSpanId, parent, `the parent of the ${kind} span of ${service}`);
          parent = span.spanId;
        }
      }
      assert.equal(received.traceparent, `00-${traceId}-${parent}-${received.traceparent.slice(53)}`);
      assert.equal(received.tracestate, 'vendor=opaque');
      assert.equal(received.baggage, 'tenant=a');
    });
  });
}

/** Starts the peers, two of our services and the last service, runs `fn`, and ends them all. */
async function withServices(report, name, { app, collector, startPeers }, fn) {
  const started = [];
  const last = await startHeaderEcho();
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
    const peers = [];
    for (const start of startPeers) {
      const { child, url } = await start(collector.env);
      started.push(child);
      peers.push(url);
    }
    const [before, after] = await Promise.all([service('before'), service('after')]);
    await fn(peers, before, after, last.url);
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
    env: { ...env, ...EXPORT_ENV, OTEL_SERVICE_NAME: 'python' },
  });
  const [, url] = await child.waitForOutput(/listening on (\S+)/);
  return { child, url };
}

async function startGo(env) {
  const program = await goProgram(GO);
  const child = new Child(program, [], { env: { ...env, ...EXPORT_ENV, OTEL_SERVICE_NAME: 'go' } });
  const [, url] = await child.waitForOutput(/listening on (\S+)/);
  return { child, url };
}

/** Returns the URL of the first service, whose parameter `next` contains the URL of the second, and so on. */
function nestedUrl(...urls) {
  return urls.reduceRight((next, url) => `${url}/?next=${encodeURIComponent(next)}`);
}

function find(spans, service, kind) {
  const found = spans.find(span => span.service === service && span.kind === kind);
  const names = spans.map(span => `${span.service} ${span.kind} ${span.name}`).join('\n');
  assert(found, `no ${kind} span of ${service}, of:\n${names}`);
  return found;
}

/** Starts the last service, which responds with the received headers as JSON. */
async function startHeaderEcho() {
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
