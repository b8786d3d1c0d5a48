// Connects to https backends through a proxy:
//
//   CONNECT host:port  ->  the proxy opens a tunnel  ->  TLS with the backend inside the tunnel

import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import * as tls from 'node:tls';
import { unbracketHost } from '../../core/host.js';
import { createAbandonedError } from './abandoned-error.js';
import { createProxyHeaders } from './proxy.js';

type ConnectionOptions = tls.ConnectionOptions & { host?: string; port?: number | string };
type ConnectionCallback = (error: Error | null, socket: Socket) => void;

/** An agent whose connections go through the tunnel of a proxy. */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;
  readonly #timeoutMs: number;
  readonly #connecting = new Set<http.ClientRequest>();

  /** @param timeoutMs milliseconds for the response of the proxy; nothing else ends the wait for a proxy that hangs */
  constructor(proxy: URL, options: https.AgentOptions, timeoutMs: number) {
    super(options);
    this.#proxy = proxy;
    this.#timeoutMs = timeoutMs;
  }

  /** Gives up the tunnels that are not open yet. Requests that wait for one fail. */
  abandon(): void {
    for (const request of this.#connecting) request.destroy(createAbandonedError());
  }

  override destroy(): void {
    this.abandon();
    super.destroy();
  }

  // Node calls this for each new connection, and takes the socket from the callback.
  override createConnection(options: ConnectionOptions, callback?: ConnectionCallback): undefined {
    const request = this.#requestTunnel(`${options.host}:${options.port}`);
    const { host: proxyHost } = this.#proxy;
    // Node's type demands a socket even for a failure.
    const fail = (error: Error): void => (callback as ((error: Error) => void) | undefined)?.(error);
    this.#connecting.add(request);
    const timer = setTimeout(() => {
      request.destroy(createProxyError(`the proxy ${proxyHost} did not respond in time`));
    }, this.#timeoutMs).unref();
    // A flush keeps the process alive with a timer; a proxy that never responds must not.
    request.once('socket', socket => socket.unref());
    const onDone = (): void => {
      clearTimeout(timer);
      this.#connecting.delete(request);
    };
    request.once('close', onDone);
    request.once('error', fail);
    request.once('connect', ({ statusCode }, socket) => {
      onDone();
      if (statusCode !== 200) {
        socket.destroy();
        const reason = statusCode === 407 ? 'it requires a user and a password' : 'it rejected the request';
        fail(createProxyError(`the proxy ${proxyHost} opened no tunnel (${statusCode}): ${reason}`));
        return;
      }
      const servername = options.servername || options.host || '';
      callback?.(null, tls.connect({ ...options, socket, servername }));
    });
    request.end();
    return undefined;
  }

  #requestTunnel(target: string): http.ClientRequest {
    const proxy = this.#proxy;
    const isTls = proxy.protocol === 'https:';
    return (isTls ? https : http).request({
      host: unbracketHost(proxy.hostname),
      port: proxy.port || (isTls ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: { Host: target, ...createProxyHeaders(proxy) },
      agent: false,
    });
  }
}

function createProxyError(message: string): Error {
  return Object.assign(new Error(message), { code: 'PROXY' });
}
