import * as https from 'node:https';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TunnelAgent } from '../../../../src/delivery/http/tunnel-agent.js';
import { BackendServers, Cleanups, createCertificate, portOf } from '../../../support/backend-servers.js';

const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(() => cleanups.run());

function createAgent(proxy: string, options: https.AgentOptions = {}, timeoutMs = 5_000): TunnelAgent {
  const agent = new TunnelAgent(new URL(proxy), options, timeoutMs);
  cleanups.add(() => agent.destroy());
  return agent;
}

/** Sends a GET request through a tunnel to `localhost:4318`. Returns its status, or the error. */
function get(agent: TunnelAgent): Promise<number | NodeJS.ErrnoException | undefined> {
  return new Promise(resolve => {
    const request = https.get({ agent, host: 'localhost', port: 4318, path: '/' }, response =>
      resolve(response.resume().statusCode),
    );
    request.on('error', resolve);
  });
}

describe('a tunnel', () => {
  it('carries TLS between this process and the backend', async () => {
    const pem = createCertificate(cleanups, 'localhost', 'DNS:localhost');
    const { url, tunnels } = await servers.tunnelProxy(portOf(await servers.https(pem)));
    expect(await get(createAgent(url, { ca: pem.cert }))).toBe(200);
    expect(tunnels).toEqual(['localhost:4318']);
    expect(await get(createAgent(url))).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it.each([
    [407, 'it requires a user and a password'],
    [403, 'it rejected the request'],
  ])('that the proxy rejects with %i is an error with the reason', async (status, reason) => {
    const proxy = await servers.proxy((_, client) => client.end(`HTTP/1.1 ${status} No\r\n\r\n`));
    const error = await get(createAgent(proxy));
    expect(error).toMatchObject({
      code: 'PROXY',
      message: `the proxy 127.0.0.1:${portOf(proxy)} opened no tunnel (${status}): ${reason}`,
    });
  });

  it('has the user and the password of the proxy in its request, and not in the error', async () => {
    const received: string[] = [];
    const proxy = await servers.tcp(socket => {
      socket.once('data', data => {
        received.push(data.toString());
        socket.end('HTTP/1.1 403 No\r\n\r\n');
      });
    });
    const error = await get(createAgent(proxy.replace('//', '//me:s3cr3t@')));
    const encoded = Buffer.from('me:s3cr3t').toString('base64');
    expect(received[0]).toContain(`Proxy-Authorization: Basic ${encoded}`);
    expect(String(error)).not.toContain('s3cr3t');
  });

  it('ends at the time limit of the proxy', async () => {
    const proxy = await servers.proxy(() => undefined);
    const error = await get(createAgent(proxy, {}, 20));
    expect(error).toMatchObject({
      code: 'PROXY',
      message: `the proxy 127.0.0.1:${portOf(proxy)} did not respond in time`,
    });
  });

  it('to a proxy that is down is an error of the connection', async () => {
    expect(await get(createAgent(await servers.closedPort()))).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('of an https proxy needs a certificate of the proxy that is trusted', async () => {
    const pem = createCertificate(cleanups, 'localhost', 'DNS:localhost');
    const error = await get(createAgent(await servers.https(pem)));
    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it.each(['abandon', 'destroy'] as const)('that is not open yet ends with %s()', async verb => {
    let onConnect: (client: Socket) => void = () => undefined;
    const connected = new Promise<Socket>(resolve => (onConnect = resolve));
    const agent = createAgent(await servers.proxy((_, client) => onConnect(client)));
    const result = get(agent);
    await connected;
    agent[verb]();
    expect(await result).toMatchObject({ code: 'ABANDONED' });
  });
});
