import { afterEach, describe, expect, it } from 'vitest';
import type { TransportResult } from '../../../src/delivery/transport.js';
import { createProber, EMPTY_REQUEST, isAccepted } from '../../../src/doctor/prober.js';
import { resolveRoute } from '../../../src/doctor/route.js';
import { acceptAll, BackendServers, Cleanups, type ReceivedRequest } from '../../support/backend-servers.js';
import { hostSystem, probeTarget } from '../../support/doctor-fixture.js';

const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(() => cleanups.run());

describe('a probe', () => {
  it('has the settings of the destination, and overrides them', async () => {
    const received: ReceivedRequest[] = [];
    const base = await servers.http(request => {
      received.push(request);
      return acceptAll(request);
    });
    const endpoint = new URL('/v1/traces', base);
    const target = probeTarget(base, {
      destination: { name: 'otlp', endpoint, headers: { 'x-key': 'k' }, protocol: 'http/json' },
    });
    const prober = createProber(target, resolveRoute(target), hostSystem());
    await prober.probe(EMPTY_REQUEST);
    await prober.probe(EMPTY_REQUEST, {
      endpoint: new URL('/other', base),
      compression: 'none',
      protocol: 'http/protobuf',
    });
    expect(received.map(({ path, headers }) => ({ path, headers }))).toMatchObject([
      {
        path: '/v1/traces',
        headers: { 'x-key': 'k', 'content-type': 'application/json', 'content-encoding': 'gzip' },
      },
      { path: '/other', headers: { 'x-key': 'k', 'content-type': 'application/x-protobuf' } },
    ]);
    expect(received[1]?.headers['content-encoding']).toBeUndefined();
  });

  it('has the wall clock before the request and after the response', async () => {
    let wallMs = 1_000;
    const clock = { wallMs: () => (wallMs += 10), monotonicMs: () => 0 };
    const target = probeTarget(await servers.http(acceptAll));
    const prober = createProber(target, resolveRoute(target), hostSystem({ clock }));
    expect(await prober.probe(EMPTY_REQUEST)).toMatchObject({ sentMs: 1_010, receivedMs: 1_020 });
  });

  it('fails at the limit of a step', async () => {
    const base = await servers.tcp(socket => socket.resume());
    const target = probeTarget(base);
    const prober = createProber(target, { ...resolveRoute(target), timeoutMs: 50 }, hostSystem());
    const { result } = await prober.probe(EMPTY_REQUEST);
    expect(result).toMatchObject({ kind: 'failure', code: 'TIMEOUT' });
  });
});

describe('a request', () => {
  const response = (status: number, contentType?: string, body = ''): TransportResult => ({
    kind: 'response',
    status,
    contentType,
    body: Buffer.from(body),
    wireBytes: 0,
  });
  it.each<[string, TransportResult, boolean]>([
    ['200 without a body', response(200), true],
    ['200 with a JSON body', response(200, 'application/json', '{}'), true],
    ['202 with a protobuf body', response(202, 'application/x-protobuf', '\n\0'), true],
    ['200 with text', response(200, 'text/plain', 'OK'), false],
    ['200 with a body without a type', response(200, undefined, 'OK'), false],
    ['200 with an empty web page', response(200, 'text/html'), false],
    ['400', response(400), false],
    [
      'no response',
      { kind: 'failure', code: 'TIMEOUT', message: '', isRequestSent: true, wireBytes: 0 },
      false,
    ],
  ])('with %s is accepted: %s', (_, result, isOk) => {
    expect(isAccepted(result)).toBe(isOk);
  });
});
