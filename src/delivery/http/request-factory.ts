// Creates requests to an endpoint, directly or through a proxy:
//
//   http://   the proxy receives the whole URL as the target of the request
//   https://  the proxy opens a tunnel, and TLS is established with the backend inside it

import * as http from 'node:http';
import * as https from 'node:https';
import { unbracketHost } from '../../core/host.js';
import { resolveProxy, createProxyHeaders } from './proxy.js';
import { type TlsOptions, toNodeTlsOptions } from './tls-options.js';
import { TunnelAgent } from './tunnel-agent.js';

/** The destination of requests. */
export interface RequestFactoryOptions {
  readonly endpoint: URL;
  readonly tls?: TlsOptions | undefined;
  /** The environment, for the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for the response of a proxy to CONNECT. */
  readonly connectTimeoutMs: number;
}

/** Creates requests to one endpoint. */
export interface RequestFactory {
  readonly agent: http.Agent;
  /** Headers that the connection needs besides those of the exporter. */
  readonly headers: Readonly<Record<string, string>>;
  create(options: http.RequestOptions): http.ClientRequest;
}

// One request at a time, over one connection that is kept.
const POOL = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };

/** Creates the request factory of an endpoint. */
export function createRequestFactory(options: RequestFactoryOptions): RequestFactory {
  const { endpoint, tls = {}, env, connectTimeoutMs } = options;
  const proxy = resolveProxy(endpoint, env);
  const { username, password, pathname, search } = endpoint;
  const path = `${pathname}${search}`;
  const target: http.RequestOptions = {
    host: unbracketHost(endpoint.hostname),
    port: getPort(endpoint),
    path,
    ...((username !== '' || password !== '') && {
      auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}`,
    }),
  };
  if (endpoint.protocol === 'https:') {
    const secure = { ...POOL, ...toNodeTlsOptions(tls) };
    const agent =
      proxy === undefined ? new https.Agent(secure) : new TunnelAgent(proxy, secure, connectTimeoutMs);
    return { agent, headers: {}, create: own => https.request({ ...own, ...target, agent }) };
  }
  if (proxy === undefined) {
    const agent = new http.Agent(POOL);
    return { agent, headers: {}, create: own => http.request({ ...own, ...target, agent }) };
  }
  const isTlsProxy = proxy.protocol === 'https:';
  const agent = isTlsProxy ? new https.Agent(POOL) : new http.Agent(POOL);
  const toProxy: http.RequestOptions = {
    ...target,
    host: unbracketHost(proxy.hostname),
    port: getPort(proxy),
    path: `http://${endpoint.host}${path}`,
    agent,
  };
  return {
    agent,
    headers: { Host: endpoint.host, ...createProxyHeaders(proxy) },
    create: own => (isTlsProxy ? https : http).request({ ...own, ...toProxy }),
  };
}

function getPort({ port, protocol }: URL): string | number {
  return port || (protocol === 'https:' ? 443 : 80);
}
