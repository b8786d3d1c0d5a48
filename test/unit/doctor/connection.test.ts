import { afterEach, describe, expect, it } from 'vitest';
import { checkConnection, explainConnectionError } from '../../../src/doctor/connection.js';
import { BackendServers, Cleanups, portOf } from '../../support/backend-servers.js';
import { hostSystem, routeTo } from '../../support/doctor-fixture.js';

const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(() => cleanups.run());

describe('a connection', () => {
  it('that is accepted is ok, with its duration', async () => {
    let nowMs = 0;
    const clock = { wallMs: () => 0, monotonicMs: () => (nowMs += 7) };
    const base = await servers.http();
    const check = await checkConnection(routeTo(base), hostSystem({ clock }));
    expect(check.message).toBe(`127.0.0.1:${portOf(base)} accepted a connection in 7 ms`);
  });

  it('that is refused is an error', async () => {
    const base = await servers.closedPort();
    expect(await checkConnection(routeTo(base), hostSystem())).toMatchObject({
      status: 'error',
      code: 'connection_refused',
      source: 'otlp',
      message: `127.0.0.1:${portOf(base)} refused the connection`,
    });
  });

  it('that is refused names another loopback address with a receiver', async () => {
    const port = portOf(await servers.http());
    const check = await checkConnection(routeTo(`http://127.0.0.2:${port}`), hostSystem());
    expect(check).toMatchObject({ code: 'connection_refused' });
    expect(check.message).toBe(`127.0.0.2:${port} refused the connection, and 127.0.0.1:${port} accepts it`);
  });

  it('to a proxy that is refused is a fault of the proxy', async () => {
    const env = { HTTP_PROXY: await servers.closedPort() };
    const check = await checkConnection(routeTo('http://collector.test', { env }), hostSystem());
    expect(check).toMatchObject({ status: 'error', code: 'proxy_failed', source: 'otlp' });
    expect(check.message).toMatch(/^the proxy 127\.0\.0\.1:\d+ refused the connection$/);
    expect(check.fix).toBe(
      'Correct HTTP_PROXY, or add collector.test to NO_PROXY if it can be reached without the proxy.',
    );
  });

  it('to the default endpoint that is refused asks for a receiver', async () => {
    const route = { ...routeTo(await servers.closedPort()), isDefaultEndpoint: true };
    const check = await checkConnection(route, hostSystem());
    expect(check).toMatchObject({
      status: 'error',
      code: 'receiver_unreachable',
      message: `no OTLP receiver at ${route.endpoint.origin}`,
      fix: 'Start one with "npx @do/trace view", or set the exporter option.',
    });
    expect(check.why).toMatch(/^Spans are sent here unless an exporter is set\. /);
  });

  it('that is not accepted in time is a time-out, with the limit', async () => {
    const route = { ...routeTo('http://collector.test'), timeoutMs: 30 };
    const check = await explainConnectionError({ code: 'TIMEOUT', message: 'no response in time' }, route);
    expect(check).toMatchObject({ status: 'error', code: 'connection_timeout', source: 'otlp' });
    expect(check.message).toBe('collector.test:80 does not respond within 30 ms');
  });

  it('that fails for another reason has the code in its message', async () => {
    const error = { code: 'EHOSTUNREACH', message: 'no route' };
    const check = await explainConnectionError(error, routeTo('http://[2001:db8::1]:4318'));
    expect(check).toMatchObject({ status: 'error', code: 'connection_failed' });
    expect(check.message).toBe('[2001:db8::1]:4318 cannot be reached (EHOSTUNREACH)');
  });
});
