// Receives traces as OTLP protobuf and in the format of Datadog's agent, and keeps only the trace id of each span. GET /seen
// returns the number of spans, and the number of traces for each number of spans.

import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

let spansOf = new Map();
let bytes = 0;

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const { url, method } = request;
    if (url === '/seen') return void response.end(JSON.stringify(seen()));
    if (url === '/forget') {
      spansOf = new Map();
      bytes = 0;
      return void response.end();
    }
    const sent = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    bytes += sent.length;
    if (method === 'POST' && url === '/v1/traces') {
      readOtlp(body);
      response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
    } else if (url === '/v0.4/traces') {
      readDatadog(body);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    } else response.writeHead(404).end(); // The other paths of a Datadog agent are not implemented.
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));

function seen() {
  const traces = {};
  let spans = 0;
  for (const count of spansOf.values()) {
    traces[count] = (traces[count] ?? 0) + 1;
    spans += count;
  }
  return { spans, bytes, traces };
}

function count(traceId) {
  spansOf.set(traceId, (spansOf.get(traceId) ?? 0) + 1);
}

/** Spans are field 2 of field 2 of field 1 of the message, and the trace id is a span's field 1. */
function readOtlp(body) {
  for (const resourceSpans of fields(body, 1))
    for (const scopeSpans of fields(resourceSpans, 2))
      for (const span of fields(scopeSpans, 2))
        for (const traceId of fields(span, 1)) count(traceId.toString('latin1'));
}

/** The length-delimited fields of a protobuf message with one number. */
function* fields(message, number) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint();
      if (tag >>> 3 === number) yield message.subarray(at, at + length);
      at += length;
    }
  }
}

/** A list of traces, each a list of spans, each a map with a `trace_id`, in MessagePack. */
function readDatadog(body) {
  let at = 0;
  const unsigned = size => {
    at += size;
    return size === 8 ? body.readBigUInt64BE(at - 8) : body.readUIntBE(at - size, size);
  };
  const text = length => {
    at += length;
    return body.latin1Slice(at - length, at);
  };
  const list = length => Array.from({ length }, read);
  const map = length => Object.fromEntries(Array.from({ length }, () => [read(), read()]));
  const read = () => {
    const type = body[at++];
    if (type < 0x80 || type >= 0xe0) return type;
    if (type < 0x90) return map(type & 15);
    if (type < 0xa0) return list(type & 15);
    if (type < 0xc0) return text(type & 31);
    if (type <= 0xc3) return type === 0xc3;
    if (type >= 0xc4 && type <= 0xc6) return text(unsigned(2 ** (type - 0xc4)));
    if (type === 0xca || type === 0xcb) return text(type === 0xca ? 4 : 8);
    if (type >= 0xcc && type <= 0xd3) return unsigned(2 ** ((type - 0xcc) % 4));
    if (type >= 0xd9 && type <= 0xdb) return text(unsigned(2 ** (type - 0xd9)));
    if (type === 0xdc || type === 0xdd) return list(unsigned(type === 0xdc ? 2 : 4));
    if (type === 0xde || type === 0xdf) return map(unsigned(type === 0xde ? 2 : 4));
    throw new Error(`MessagePack type ${type} is not read here`);
  };
  for (const spans of read()) for (const span of spans) count(span.trace_id);
}
