// Hosts in URLs. A URL writes an IPv6 address in brackets; sockets and certificates take it without.

/** Removes the brackets of an IPv6 address: `[::1]` becomes `::1`. */
export function unbracketHost(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Adds the brackets that an IPv6 address needs in a URL: `::1` becomes `[::1]`. */
export function bracketHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** Host and port as a URL writes them: `[::1]:4318`. */
export function formatHostPort(host: string, port: number | string): string {
  return `${bracketHost(host)}:${port}`;
}

/** Whether a host, with or without brackets, is this machine: `localhost`, `127.0.0.0/8` or `::1`. */
export function isLoopbackHost(host: string): boolean {
  const name = unbracketHost(host);
  return name === 'localhost' || name === '::1' || /^127(?:\.\d+){3}$/.test(name);
}
