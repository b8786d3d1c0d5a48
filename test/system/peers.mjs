// Other people's tracers as neighbours over HTTP: they have codecs of their own, and one trace must go through both.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { npmFolder, python, ROOT } from './install.mjs';
import { Child } from './processes.mjs';

const PYTHON = [
  'opentelemetry-distro==0.66b1',
  'opentelemetry-exporter-otlp-proto-http==1.45.1',
  'opentelemetry-instrumentation-wsgi==0.66b1',
  'opentelemetry-instrumentation-urllib==0.66b1',
];

/** Each neighbour: how it is started, and whether it hands baggage on. */
export const PEERS = {
  'dd-trace 5': { start: () => startNode('dd-trace', '5.132.0'), baggage: true },
  'elastic-apm-node 4': { start: () => startNode('elastic-apm-node', '4.18.0'), baggage: false },
  'Python opentelemetry-distro': { start: startPython, baggage: true },
};

/**
 * Runs requests through a neighbour and services of ours.
 *
 * @param {import('./report.mjs').Report} report
 * @param {string} name one of {@link PEERS}
 * @param world where our programs stand, and the backend
 */
export async function runPeer(report, name, { app, collector }) {
  const { start, baggage } = PEERS[name];
  const started = [];
  const last = await startLast();
  const service = async role => {
    const child = new Child(process.execPath, ['test/system/programs/service.mjs', role], {
      cwd: app,
      ipc: true,
      env: collector.env,
    });
    started.push(child);
    return (await child.message()).url;
  };
  try {
    const peer = await start(collector.env);
    started.push(peer.child);
    const [before, after] = await Promise.all([service('before'), service('after')]);

    await report.check(name, 'ours, theirs, ours: one trace', async () => {
      const traceId = hex(16);
      const headers = { traceparent: `00-${traceId}-${hex(8)}-01`, baggage: 'tenant=a' };
      const url = through(before, peer.url, after, last.url);
      const seen = JSON.parse(await (await fetch(url, { headers })).text());
      const spans = await collector.trace(traceId, 4);
      assert.equal(seen.traceparent.slice(3, 35), traceId);
      const [outgoing, incoming] = [find(spans, 'before', 'client'), find(spans, 'after', 'server')];
      // Their span stands in between: neither is the other's direct parent, and nobody started anew.
      assert.notEqual(incoming.parentSpanId, '');
      assert.notEqual(incoming.parentSpanId, outgoing.spanId);
      assert.equal(seen.traceparent.slice(36, 52), find(spans, 'after', 'client').spanId);
      if (baggage) assert.equal(seen.baggage, 'tenant=a');
    });

    await report.check(name, 'theirs, ours: we go on with the trace that they started', async () => {
      const seen = JSON.parse(await (await fetch(through(peer.url, after, last.url))).text());
      const [, traceId, spanId] = seen.traceparent.split('-');
      const spans = await collector.trace(traceId, 2);
      assert.notEqual(find(spans, 'after', 'server').parentSpanId, '');
      assert.equal(find(spans, 'after', 'client').spanId, spanId);
    });
  } catch (error) {
    await report.notRun(name, error);
  } finally {
    await Promise.all(started.map(child => child.end()));
    last.stop();
  }
}

async function startNode(name, version) {
  const folder = await npmFolder(name, { [name]: version });
  const program = join(folder, 'service.mjs');
  copyFileSync(join(ROOT, 'test/system/peers/service.mjs'), program);
  const child = new Child(process.execPath, [program, name], { cwd: folder, ipc: true });
  return { child, ...(await child.message()) };
}

async function startPython(env) {
  const path = await python(PYTHON);
  const program = join(ROOT, 'test/system/peers/service.py');
  const child = new Child(join(dirname(path), 'opentelemetry-instrument'), [path, program], {
    env: {
      ...env,
      OTEL_SERVICE_NAME: 'peer',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
  });
  const [, url] = await child.until(/listening on (\S+)/);
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
