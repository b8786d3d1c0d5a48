// The 41 cases of the W3C harness end to end: from a socket through a service with init() to its outgoing fetch.

import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { context, propagation, SpanKind, trace as apiTrace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { memory } from '../../src/exporters/index.js';
import { init, trace } from '../../src/index.js';
import { startService } from '../system/w3c/service.mjs';
import { eventually } from '../support/eventually.js';
import { describeW3cHarness, type Headers } from './w3c-harness.js';

const quiet = { error() {}, warn() {}, info() {}, debug() {} };

describe.each([
  ['records everything', { followRemote: false }, 1],
  ['records nothing', 'off', 0],
] as const)('a service on init() that %s', (name, sample, share) => {
  const recorded = memory();
  const received = new Map<string, Headers>();
  let service: Server;
  let peer: Server;
  let sent = 0;
  let requests = 0;

  beforeAll(async () => {
    for (const key of Object.keys(process.env)) if (/^(OTEL_|TRACE)/.test(key)) vi.stubEnv(key, undefined);
    init({ service: 'w3c', exporter: recorded, sample, exitHandlers: false, logger: quiet });
    service = await startService();
    peer = createServer((request, response) => {
      const { rawHeaders } = request;
      const headers = rawHeaders.flatMap((header, i): Headers => {
        return i % 2 === 0 ? [[header, rawHeaders[i + 1] ?? '']] : [];
      });
      received.set(request.url ?? '', headers);
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>(resolve => peer.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    for (const server of [service, peer]) {
      server.closeAllConnections();
      server.close();
    }
    await trace.shutdown();
    for (const api of [apiTrace, context, propagation]) api.disable();
  });

  /** Sends the headers unchanged, which HTTP clients do not do. @returns the headers of the outgoing calls */
  async function callService(request: Headers, calls: number): Promise<Headers[]> {
    sent++;
    const paths = Array.from({ length: calls }, () => `/${++requests}`);
    const url = `http://127.0.0.1:${portOf(peer)}`;
    const body = JSON.stringify(paths.map(path => ({ url: url + path, arguments: [] })));
    const head = [
      'POST /test HTTP/1.1',
      'host: 127.0.0.1',
      'connection: close',
      `content-length: ${Buffer.byteLength(body)}`,
      ...request.map(([header, value]) => `${header}: ${value}`),
    ];
    const socket = connect(portOf(service), '127.0.0.1').setEncoding('latin1');
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
    let response = '';
    for await (const text of socket) response += text;
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
    return paths.map(path => received.get(path) ?? []);
  }

  describeW3cHarness(name, callService);

  it('creates a span for each request to the service and its peer, and for each call', async () => {
    const spansOf = (kind: SpanKind): number => recorded.spans.filter(span => span.kind === kind).length;
    expect(received.size).toBe(requests);
    // The span of a server ends when the response is flushed, which can be after the client has received it.
    await eventually(() => {
      expect(spansOf(SpanKind.CLIENT)).toBe(share * requests);
      expect(spansOf(SpanKind.SERVER)).toBe(share * (sent + requests));
    });
  });
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
