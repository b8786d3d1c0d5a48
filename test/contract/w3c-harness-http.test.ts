// The 41 cases end to end: bytes into a socket, through the full SDK of a service with init(), and out of its fetch.

import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { context, propagation, SpanKind, trace as apiTrace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { memory } from '../../src/exporters/index.js';
import { init, trace } from '../../src/index.js';
import { startService } from '../system/w3c/service.mjs';
import { eventually } from '../support/eventually.js';
import { describeHarness, type Lines } from './w3c-harness.js';

const quiet = { error() {}, warn() {}, info() {}, debug() {} };

describe.each([
  ['records everything', { trustRemote: 'always' }, 1],
  ['records nothing', 'off', 0],
] as const)('a service on init() that %s', (name, sample, share) => {
  const recorded = memory();
  const received = new Map<string, Lines>();
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
      const lines = rawHeaders.flatMap((header, i): Lines => {
        return i % 2 === 0 ? [[header, rawHeaders[i + 1] ?? '']] : [];
      });
      received.set(request.url ?? '', lines);
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

  /** Sends the lines exactly as they are, which no HTTP client does, and gives those of the onward calls. */
  async function throughService(request: Lines, calls: number): Promise<Lines[]> {
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
    let answer = '';
    for await (const text of socket) answer += text;
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    return paths.map(path => received.get(path) ?? []);
  }

  describeHarness(name, throughService);

  it('is on the full SDK: a span for each request to the service and to its peer, and one for each call', async () => {
    const spansOf = (kind: SpanKind): number => recorded.spans.filter(span => span.kind === kind).length;
    expect(received.size).toBe(requests);
    // A server's span ends when its connection is done with the answer, which the client need not wait for.
    await eventually(() => {
      expect(spansOf(SpanKind.CLIENT)).toBe(share * requests);
      expect(spansOf(SpanKind.SERVER)).toBe(share * (sent + requests));
    });
  });
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
