import { afterEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../../../src/doctor/host-system.js';
import { BackendServers, Cleanups, createCertificate } from '../../support/backend-servers.js';

const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(() => cleanups.run());

describe('fetchPage', () => {
  it('returns status, content type and text', async () => {
    const base = await servers.http(({ path, headers }) => ({
      status: 404,
      headers: { 'content-type': 'text/plain' },
      body: `${path} ${headers.accept}`,
    }));
    expect(await nodeHost.fetchPage(`${base}/a?b=1`, 5_000, undefined)).toEqual({
      status: 404,
      contentType: 'text/plain',
      text: '/a?b=1 application/json',
    });
  });

  it('trusts the configured certificate authority only', async () => {
    const pem = createCertificate(cleanups, 'localhost', 'IP:127.0.0.1');
    const base = await servers.https(pem, () => ({ body: 'ok' }));
    expect((await nodeHost.fetchPage(base, 5_000, { ca: pem.cert }))?.text).toBe('ok');
    expect(await nodeHost.fetchPage(base, 5_000, undefined)).toBeUndefined();
  });

  it('returns undefined without a server, and without a response in time', async () => {
    expect(await nodeHost.fetchPage(await servers.closedPort(), 5_000, undefined)).toBeUndefined();
    const silent = await servers.tcp(socket => socket.resume());
    expect(await nodeHost.fetchPage(silent, 20, undefined)).toBeUndefined();
  });

  it('ends a page that never ends at the limit', async () => {
    const base = await servers.tcp(socket => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf'));
    });
    expect(await nodeHost.fetchPage(base, 50, undefined)).toMatchObject({ status: 200, text: 'half' });
  });

  it('reads no more than 4 MiB', async () => {
    const base = await servers.http(() => ({ body: Buffer.alloc(16 * 1024 * 1024, 'x') }));
    const page = await nodeHost.fetchPage(base, 5_000, undefined);
    expect(page?.text.length).toBeGreaterThan(4 * 1024 * 1024);
    expect(page?.text.length).toBeLessThan(8 * 1024 * 1024);
  });
});

it('lookup returns the addresses of a host', async () => {
  const addresses = await nodeHost.lookup('localhost');
  expect(addresses.some(address => address === '127.0.0.1' || address === '::1')).toBe(true);
});

it('sleep ends', async () => {
  await nodeHost.sleep(0);
});
