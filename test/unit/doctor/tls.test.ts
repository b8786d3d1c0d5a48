import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkTls, createTlsConnectionOptions } from '../../../src/doctor/tls.js';
import {
  BackendServers,
  Cleanups,
  createCertificate,
  type Pem,
  portOf,
} from '../../support/backend-servers.js';
import { hostSystem, routeTo, shiftedClock } from '../../support/doctor-fixture.js';

const DAY_MS = 86_400_000;
const forAll = new Cleanups();
const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
let localhost: Pem;
let elsewhere: Pem;

beforeAll(() => {
  localhost = createCertificate(forAll, 'localhost', 'DNS:localhost,IP:127.0.0.1');
  elsewhere = createCertificate(forAll, 'elsewhere.test', 'DNS:elsewhere.test,DNS:other.test');
});
afterAll(() => forAll.run());
afterEach(() => cleanups.run());

describe('a certificate', () => {
  it('that is trusted is ok, with the end of its validity', async () => {
    const route = routeTo(await servers.https(localhost));
    const check = await checkTls(route, { ca: localhost.cert }, hostSystem());
    expect(check.status).toBe('ok');
    expect(check.message).toMatch(/^TLSv1\.\d, certificate valid until \d{4}-\d\d-\d\d$/);
  });

  it('that expires soon is a warning', async () => {
    const route = routeTo(await servers.https(localhost));
    const system = hostSystem({ clock: shiftedClock(25 * DAY_MS) });
    expect(await checkTls(route, { ca: localhost.cert }, system)).toMatchObject({
      name: 'tls',
      status: 'warning',
      code: 'certificate_expires_soon',
      source: 'otlp',
      message: expect.stringMatching(/the certificate expires on \d{4}-\d\d-\d\d, in \d days/),
    });
  });

  it('that is self-signed is an error', async () => {
    const check = await checkTls(routeTo(await servers.https(localhost)), undefined, hostSystem());
    expect(check).toMatchObject({ status: 'error', code: 'certificate_untrusted', source: 'otlp' });
    expect(check.why).toMatch(/^Nothing is sent over a connection that is not trusted\. /);
  });

  it('for another host name lists its names', async () => {
    const base = (await servers.https(elsewhere)).replace('127.0.0.1', 'localhost');
    const check = await checkTls(routeTo(base), { ca: elsewhere.cert }, hostSystem());
    expect(check).toMatchObject({ status: 'error', code: 'certificate_name_mismatch' });
    expect(check.message).toMatch(/; it is for DNS:elsewhere\.test, DNS:other\.test\)$/);
  });

  it('that is not PEM is an error', async () => {
    const check = await checkTls(
      routeTo(await servers.https(localhost)),
      { cert: 'no PEM', key: 'no PEM' },
      hostSystem(),
    );
    expect(check.status).toBe('error');
  });
});

describe('a handshake', () => {
  it('with a port without TLS is an error', async () => {
    const base = (await servers.http()).replace('http:', 'https:');
    const check = await checkTls(routeTo(base), undefined, hostSystem());
    expect(check).toMatchObject({ code: 'tls_unsupported', source: 'otlp' });
  });

  it('in which the server closes the connection is an error', async () => {
    const base = await servers.tcp(socket => socket.once('data', () => socket.resetAndDestroy()));
    const check = await checkTls(routeTo(base.replace('http:', 'https:')), undefined, hostSystem());
    expect(check).toMatchObject({ code: 'tls_handshake_failed' });
    expect(check.message).toMatch(/closed the connection in the TLS handshake \(ECONNRESET\)$/);
  });

  it('that is not completed in time is an error, with the limit', async () => {
    const base = await servers.tcp(socket => socket.resume());
    const route = { ...routeTo(base.replace('http:', 'https:')), timeoutMs: 50 };
    const check = await checkTls(route, undefined, hostSystem());
    expect(check).toMatchObject({ code: 'tls_handshake_failed' });
    expect(check.message).toBe(`127.0.0.1:${portOf(base)} does not complete the TLS handshake within 50 ms`);
  });

  it('that fails for an unknown reason is an error, with the code', async () => {
    const route = { ...routeTo('https://collector.test'), host: '127.0.0.1', port: 70_000 };
    const check = await checkTls(route, undefined, hostSystem());
    expect(check).toMatchObject({ code: 'tls_handshake_failed' });
    expect(check.message).toMatch(/failed in the TLS handshake \(ERR_SOCKET_BAD_PORT\)$/);
  });
});

describe('the server name', () => {
  it('is the host, unless the host is an address', () => {
    expect(createTlsConnectionOptions('collector.test', 443)).toEqual({
      host: 'collector.test',
      port: 443,
      servername: 'collector.test',
    });
    expect(createTlsConnectionOptions('::1', 443, { ca: ['a', 'b'] })).toEqual({
      host: '::1',
      port: 443,
      ca: ['a', 'b'],
    });
  });
});
