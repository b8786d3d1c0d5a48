// Selects the proxy for a URL from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, as curl and most clients do.
// These lines and the tunnel agent replace a dependency of nine packages.

import { unbracketHost } from '../../core/host.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL, if there is one. Lower-case variables win. HTTP_PROXY in upper case is ignored under CGI.
 *
 * @returns undefined if none is set, NO_PROXY names the host, or the variable is malformed
 */
export function resolveProxy(url: URL, env: Environment): URL | undefined {
  const address = parseProxyAddress(url, env);
  return address === undefined ? undefined : parseProxy(address);
}

/**
 * The proxy that the variables name for a URL and that this package cannot use, such as a SOCKS proxy. Requests do not
 * use it.
 */
export function findUnusableProxy(url: URL, env: Environment): string | undefined {
  const address = parseProxyAddress(url, env);
  return address === undefined || parseProxy(address) !== undefined ? undefined : address;
}

/** `Proxy-Authorization` for the user and password in the URL of a proxy. */
export function createProxyHeaders(proxy: URL): Readonly<Record<string, string>> {
  if (proxy.username === '' && proxy.password === '') return {};
  const user = `${percentDecode(proxy.username)}:${percentDecode(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

function parseProxyAddress(url: URL, env: Environment): string | undefined {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  const isHttps = url.protocol === 'https:';
  const own = isHttps
    ? read('HTTPS_PROXY')
    : env.http_proxy || (env.REQUEST_METHOD === undefined ? env.HTTP_PROXY : undefined);
  const address = own || read('ALL_PROXY');
  return !address || isExcluded(url, read('NO_PROXY') ?? '') ? undefined : address;
}

function parseProxy(address: string): URL | undefined {
  try {
    const proxy = new URL(address.includes('://') ? address : `http://${address}`);
    return proxy.protocol === 'http:' || proxy.protocol === 'https:' ? proxy : undefined;
  } catch {
    // A malformed variable of the machine: requests use no proxy.
    return undefined;
  }
}

/** Matches `*`, `host`, `.domain` and `*.domain`, each with or without `:port`. A bare domain includes its subdomains. */
function isExcluded(url: URL, noProxy: string): boolean {
  const host = unbracketHost(url.hostname).toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some(entry => {
      if (entry === '') return false;
      if (entry === '*') return true;
      const [, name = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const hasPort = entryPort !== undefined && !entry.startsWith('[') && !name.includes(':');
      if (hasPort && entryPort !== port) return false;
      const domain = unbracketHost(name).replace(/^\*?\./, '');
      return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
    });
}

/** Decodes user or password. Text that is not encoded is returned as it is: a password may contain a per cent sign. */
function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The text is not percent-encoded.
    return text;
  }
}
