// An OTLP receiver that stores spans. It decodes JSON, and protobuf with protobufjs, independently of OpenTelemetry's code.

import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { ROOT } from './install.mjs';

/** The time to wait for spans, long enough for a busy machine. */
const LIMIT_MS = 60_000;

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/**
 * Starts a receiver on a free port.
 *
 * @param {(headers: Record<string, string>) => unknown} [readVia] selects the value of `via` for the spans of a request
 */
export async function startCollector(readVia = () => undefined) {
  const root = await protobuf.load(join(ROOT, 'test/fixtures/otlp/trace.proto'));
  const type = root.lookupType('ExportTraceServiceRequest');
  const spans = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const isJson = request.headers['content-type'] === 'application/json';
    const decoded = isJson ? JSON.parse(bytes.toString()) : type.decode(bytes);
    const via = readVia(request.headers);
    for (const span of spansOf(decoded)) spans.push({ ...span, via });
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.address().port}` },
    spans,
    /** Waits until a trace has at least `count` spans, and returns its spans. */
    async waitForTrace(traceId, count) {
      const spansOfTrace = () => spans.filter(span => span.traceId === traceId);
      const end = performance.now() + LIMIT_MS;
      while (spansOfTrace().length < count && performance.now() < end) await sleep(50);
      return spansOfTrace();
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function spansOf({ resourceSpans }) {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = attributesOf(resource.attributes)['service.name'];
    return scopeSpans.flatMap(one => one.spans.map(span => toPlainSpan(span, service, one.scope?.name)));
  });
}

function toPlainSpan(span, service, scope) {
  return {
    service,
    scope,
    name: span.name,
    kind: KINDS[span.kind],
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    traceState: span.traceState ?? '',
    attributes: attributesOf(span.attributes),
    links: (span.links ?? []).map(link => ({
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
      attributes: attributesOf(link.attributes),
    })),
    status: span.status?.code ?? 0,
  };
}

function attributesOf(list = []) {
  return Object.fromEntries(list.map(({ key, value }) => [key, valueOf(value)]));
}

/** Returns the set member of an AnyValue. 64-bit numbers are decoded as objects or strings. */
function valueOf(value) {
  const [[kind, content] = []] = Object.entries(value);
  return kind === 'intValue' || kind === 'doubleValue' ? Number(content) : content;
}

/** Converts an id to hex. Ids are bytes in protobuf, and hex in JSON. */
function hex(id) {
  return typeof id === 'string' ? id : Buffer.from(id ?? []).toString('hex');
}
