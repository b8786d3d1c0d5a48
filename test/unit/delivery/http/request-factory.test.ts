import type * as http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createRequestFactory,
  type RequestFactory,
  type RequestFactoryOptions,
} from '../../../../src/delivery/http/request-factory.js';
import { TunnelAgent } from '../../../../src/delivery/http/tunnel-agent.js';
import {
  BackendServers,
  Cleanups,
  createCertificate,
  portOf,
  type ReceivedRequest,
} from '../../../support/backend-servers.js';

const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(() => cleanups.run());

function createFactory(endpoint: string, parts: Partial<RequestFactoryOptions> = {}): RequestFactory {
  const options = { endpoint: new URL(endpoint), env: {}, connectTimeoutMs: 1_000, ...parts };
  const factory = createRequestFactory(options);
  cleanups.add(() => factory.agent.destroy());
  return factory;
}

/** Sends a GET request and returns its status. */
function getStatus(factory: RequestFactory): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = factory.create({ method: 'GET', headers: { ...factory.headers } });
    request.on('error', reject);
    request.on('response', (response: http.IncomingMessage) => resolve(response.resume().statusCode));
    request.end();
  });
}

async function serve(): Promise<{ base: string; received: ReceivedRequest[] }> {
  const received: ReceivedRequest[] = [];
  const base = await servers.http(request => {
    received.push(request);
    return {};
  });
  return { base, received };
}

describe('a request', () => {
  it('goes to the path of the endpoint, with the user in its URL', async () => {
    const { base, received } = await serve();
    const endpoint = `${base.replace('//', '//ann:p%40ss@')}/v1/traces?token=x`;
    expect(await getStatus(createFactory(endpoint))).toBe(200);
    expect(received).toMatchObject([{ method: 'GET', path: '/v1/traces?token=x' }]);
    const { authorization = '' } = received[0]?.headers ?? {};
    expect(Buffer.from(authorization.slice('Basic '.length), 'base64').toString()).toBe('ann:p@ss');
  });

  it('goes to an IPv6 address', async () => {
    const factory = createFactory('http://[::1]:1/v1/traces');
    const request = factory.create({ method: 'GET' });
    request.on('error', () => undefined);
    expect(request.host).toBe('::1');
    request.destroy();
  });

  it('goes to the port of its scheme', () => {
    for (const [endpoint, header] of [
      ['http://collector.invalid', 'collector.invalid'],
      ['https://collector.invalid', 'collector.invalid'],
    ] as const) {
      const request = createFactory(endpoint).create({ method: 'GET' });
      request.on('error', () => undefined);
      expect(request.getHeader('host')).toBe(header);
      request.destroy();
    }
  });

  it('goes through HTTP_PROXY with the whole URL, and with user and password', async () => {
    const { base, received } = await serve();
    const env = { HTTP_PROXY: base.replace('//', '//me:p%40ss@') };
    const factory = createFactory('http://collector.test:4318/v1/traces', { env });
    expect(await getStatus(factory)).toBe(200);
    expect(received[0]?.path).toBe('http://collector.test:4318/v1/traces');
    expect(received[0]?.headers.host).toBe('collector.test:4318');
    expect(received[0]?.headers['proxy-authorization']).toBe(
      `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    );
  });

  it('goes to an https proxy over TLS', async () => {
    const pem = createCertificate(cleanups, 'localhost', 'DNS:localhost');
    const env = { HTTP_PROXY: await servers.https(pem) };
    const request = getStatus(createFactory('http://collector.test/v1/traces', { env }));
    await expect(request).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('goes through the tunnel of a proxy to an https endpoint', async () => {
    const pem = createCertificate(cleanups, 'localhost', 'DNS:localhost');
    const port = portOf(await servers.https(pem));
    const { url, tunnels } = await servers.tunnelProxy(port);
    const factory = createFactory('https://localhost/v1/traces', {
      tls: { ca: pem.cert },
      env: { HTTPS_PROXY: url },
    });
    expect(factory.agent).toBeInstanceOf(TunnelAgent);
    expect(factory.headers).toEqual({});
    expect(await getStatus(factory)).toBe(200);
    expect(tunnels).toEqual(['localhost:443']);
  });
});
