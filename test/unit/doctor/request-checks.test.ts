import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../../src/core/check.js';
import type { ProbeTarget } from '../../../src/doctor/probe-target.js';
import { checkRequests } from '../../../src/doctor/request-checks.js';
import { resolveRoute } from '../../../src/doctor/route.js';
import {
  acceptAll,
  BackendServers,
  Cleanups,
  type FakeResponse,
  type ReceivedRequest,
} from '../../support/backend-servers.js';
import { hostSystem, probeTarget } from '../../support/doctor-fixture.js';

const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(() => cleanups.run());

/** The checks of a backend. A request with the span has more than 50 bytes. */
async function checksOf(
  respond: (request: ReceivedRequest) => FakeResponse,
  parts: Partial<ProbeTarget> = {},
): Promise<Check[]> {
  const base = await servers.http(respond);
  const target = probeTarget(base, parts);
  return checkRequests(target, resolveRoute(target), hostSystem());
}

const hasSpan = ({ body }: ReceivedRequest): boolean => body.length > 50;
const summaryOf = (checks: readonly Check[]): string[] =>
  checks.map(({ name, status }) => `${name} ${status}`);
const json = (value: unknown): FakeResponse => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

describe('an empty request that is rejected', () => {
  it('is no fault if the span is accepted', async () => {
    const checks = await checksOf(request => (hasSpan(request) ? acceptAll(request) : { status: 400 }));
    expect(summaryOf(checks)).toEqual(['request ok', 'span ok', 'clock ok', 'read back skipped']);
    expect(checks[0]?.message).toContain('an empty request is rejected with 400');
  });

  it('is not reported beside a span that is rejected as well', async () => {
    const checks = await checksOf(() => ({ status: 400 }));
    expect(summaryOf(checks)).toEqual(['span error', 'clock ok']);
    expect(checks[0]?.code).toBe('bad_request');
  });

  it('ends the checks with any status but 400', async () => {
    const checks = await checksOf(request => (hasSpan(request) ? acceptAll(request) : { status: 500 }));
    expect(summaryOf(checks)).toEqual(['request error', 'clock ok']);
  });
});

describe('the span', () => {
  it('is rejected or accepted in a partial success, with the reason of the backend', async () => {
    const rejecting = (partialSuccess: object) => (request: ReceivedRequest) =>
      json(hasSpan(request) ? { partialSuccess } : {});
    const rejected = await checksOf(rejecting({ rejectedSpans: 1 }));
    expect(rejected[1]).toMatchObject({ status: 'error', code: 'partial_success', source: 'otlp' });
    expect(rejected[1]?.message).toMatch(/rejected the span: no reason given$/);
    const warned = await checksOf(rejecting({ errorMessage: 'deprecated field' }));
    expect(warned[1]).toMatchObject({ status: 'warning', code: 'accepted_with_warning', source: 'otlp' });
    expect(warned[1]?.message).toMatch(/with a warning: deprecated field$/);
  });

  it('is not sent successfully if the backend closes the connection', async () => {
    const base = await servers.tcp(socket => {
      socket.on('data', data => {
        // An empty body has 20 bytes after gzip.
        if (/content-length: 20\r/i.test(data.toString('latin1'))) {
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        } else socket.destroy();
      });
    });
    const target = probeTarget(base);
    const checks = await checkRequests(target, resolveRoute(target), hostSystem());
    expect(summaryOf(checks)).toEqual(['request ok', 'span error', 'clock skipped']);
    expect(checks[1]).toMatchObject({ code: 'connection_closed', source: 'otlp' });
  });

  it('cannot be encoded if the shape of the destination rejects it', async () => {
    const shape = (): never => {
      throw new Error('not this one');
    };
    const base = await servers.http(acceptAll);
    const destination = { name: 'mine', endpoint: new URL('/v1/traces', base), shape };
    const target = probeTarget(base, { destination });
    const checks = await checkRequests(target, resolveRoute(target), hostSystem());
    expect(checks.at(-1)).toMatchObject({
      status: 'error',
      code: 'span_unencodable',
      source: 'mine',
      message: 'no span can be encoded for this destination',
    });
  });

  it('reports its size, and gzip if it was compressed', async () => {
    const [, compressed] = await checksOf(acceptAll);
    expect(compressed?.message).toMatch(/^accepted in \d+ ms \(\d+ bytes, gzip\)$/);
    const [, plain] = await checksOf(acceptAll, { delivery: { compression: 'none' } });
    expect(plain?.message).toMatch(/^accepted in \d+ ms \(\d+ bytes\)$/);
  });
});

describe('a request without a response', () => {
  it('is the only check', async () => {
    const base = await servers.closedPort();
    const target = probeTarget(base);
    const checks = await checkRequests(target, resolveRoute(target), hostSystem());
    expect(summaryOf(checks)).toEqual(['request error']);
    expect(checks[0]).toMatchObject({ code: 'connection_refused', source: 'otlp' });
  });
});
