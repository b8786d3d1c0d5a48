// HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as curl and most clients read them.
//
//   http://   the proxy gets the whole URL as the request's target
//   https://  the proxy opens a tunnel (CONNECT host:port), and TLS is spoken with the backend through it
//
// About a hundred lines stand here instead of a dependency of nine packages.

import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import * as tls from 'node:tls';
import { abandoned } from './abandoned-attempt.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL, if there is one. Lower-case names win; HTTP_PROXY in upper case is ignored under CGI.
 *
 * @returns undefined where none is set, NO_PROXY names the host, or the variable cannot be read
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const address = namedProxy(url, env);
  return address === undefined ? undefined : readable(address);
}

/** What the variables name as the proxy for a URL and this package cannot use, such as one of SOCKS: requests go the direct way. */
export function unusableProxy(url: URL, env: Environment): string | undefined {
  const address = namedProxy(url, env);
  return address === undefined || readable(address) !== undefined ? undefined : address;
}

function namedProxy(url: URL, env: Environment): string | undefined {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  const isHttps = url.protocol === 'https:';
  const written = isHttps
    ? read('HTTPS_PROXY')
    : env.http_proxy || (env.REQUEST_METHOD === undefined ? env.HTTP_PROXY : undefined);
  const address = written || read('ALL_PROXY');
  return !address || isExcluded(url, read('NO_PROXY') ?? '') ? undefined : address;
}

function readable(address: string): URL | undefined {
  try {
    const proxy = new URL(address.includes('://') ? address : `http://${address}`);
    return proxy.protocol === 'http:' || proxy.protocol === 'https:' ? proxy : undefined;
  } catch {
    // An unreadable variable of the machine: spans go the direct way.
    return undefined;
  }
}

/** `*`, `host`, `.domain`, `*.domain`, each with or without `:port`. A bare domain also means its subdomains. */
function isExcluded(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some(entry => {
      if (entry === '') return false;
      if (entry === '*') return true;
      const [, name = '', itsPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (itsPort !== undefined && itsPort !== port && !entry.startsWith('[') && name.includes(':') === false)
        return false;
      const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
      return bare !== '' && (host === bare || host.endsWith(`.${bare}`));
    });
}

/** `Proxy-Authorization` for the user and password in a proxy's URL. */
export function proxyHeaders(proxy: URL): Readonly<Record<string, string>> {
  if (proxy.username === '' && proxy.password === '') return {};
  const user = `${decoded(proxy.username)}:${decoded(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

/** As it was meant: a per cent sign in a password is often written as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded, then.
    return text;
  }
}

/** An agent that reaches https backends through a proxy's tunnel. */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;
  readonly #timeoutMs: number;
  readonly #opening = new Set<http.ClientRequest>();

  /** @param timeoutMs milliseconds for the proxy's answer; nothing else ends its wait for one that hangs */
  constructor(proxy: URL, options: https.AgentOptions, timeoutMs: number) {
    super(options);
    this.#proxy = proxy;
    this.#timeoutMs = timeoutMs;
  }

  /** Gives up the tunnels that are not open yet; who waits for one gets an error. */
  abandon(): void {
    for (const connect of this.#opening) connect.destroy(abandoned());
  }

  override destroy(): void {
    this.abandon();
    super.destroy();
  }

  // Node calls this for each new connection, and takes the socket from the callback.
  override createConnection(
    options: tls.ConnectionOptions & { host?: string; port?: number | string },
    callback?: (error: Error | null, socket: Socket) => void,
  ): undefined {
    const proxy = this.#proxy;
    const target = `${options.host}:${options.port}`;
    const connect = (proxy.protocol === 'https:' ? https : http).request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: { Host: target, ...proxyHeaders(proxy) },
      agent: false,
    });
    const fail = (error: Error): void => (callback as ((error: Error) => void) | undefined)?.(error);
    this.#opening.add(connect);
    const timer = setTimeout(() => {
      const why = new Error(`the proxy ${proxy.host} did not answer in time`);
      connect.destroy(Object.assign(why, { code: 'PROXY' }));
    }, this.#timeoutMs).unref();
    // Whoever waits for spans holds the process up with a timer; a proxy that never answers must not.
    connect.once('socket', socket => socket.unref());
    const answered = (): void => {
      clearTimeout(timer);
      this.#opening.delete(connect);
    };
    connect.once('close', answered);
    connect.once('error', fail);
    connect.once('connect', (response, socket) => {
      answered();
      if (response.statusCode !== 200) {
        socket.destroy();
        const why = response.statusCode === 407 ? 'it wants a user and password' : 'it refused';
        fail(
          Object.assign(
            new Error(`the proxy ${proxy.host} opened no tunnel (${response.statusCode}): ${why}`),
            {
              code: 'PROXY',
            },
          ),
        );
        return;
      }
      const secured = tls.connect({
        ...options,
        socket,
        servername: options.servername || options.host || '',
      });
      callback?.(null, secured);
    });
    connect.end();
    return undefined;
  }
}
