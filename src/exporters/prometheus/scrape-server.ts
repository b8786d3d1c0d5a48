// The page on the network: GET and HEAD on one path, nothing else, and never a reason for the process to stay alive.

import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Diagnostics, safeText } from '../../core/diagnostics.js';
import { negotiateFormat } from './negotiate.js';
import { CONTENT_TYPES, type TextFormat } from './text-format.js';

/** What is served, and where. */
export interface ScrapeServerOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly diagnostics: Diagnostics;
  /** Makes the page for one scrape, piece by piece; what is written after a piece was asked for counts as it is then. */
  pieces(format: TextFormat): AsyncGenerator<Uint8Array, void>;
}

/** A page that is served until it is closed. */
export interface ScrapeServer {
  /** Where it is; with the port that was asked for until the socket is bound. */
  readonly url: string;
  /** Resolves when it is known whether the port could be bound: with the reason, where it could not. */
  readonly bound: Promise<string | undefined>;
  /** Stops serving. Never rejects. */
  close(): Promise<void>;
}

/** Scrapes at once; each holds a few pieces of a page in memory for as long as its reader takes. */
const MAX_CONNECTIONS = 32;

/** The ports that this process serves pages on, by whom: two exporters on one port is a mistake worth its own words. */
const held = new Map<number, string>();

/**
 * Serves a page. Never throws: a port that cannot be had is said in one warning.
 *
 * @param options what and where
 */
export function startScrapeServer(options: ScrapeServerOptions): ScrapeServer {
  const { host, port, path, diagnostics } = options;
  const server = createServer((request, response) => {
    void answer(request, response, options);
  });
  // Tracing patches the prototype's `emit` to make a span of each request; a scrape is none of the application's requests.
  server.emit = EventEmitter.prototype.emit.bind(server);
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', socket => socket.unref());
  server.unref();

  const wanted = shownUrl(host, port, path);
  const other = held.get(port);
  if (other === undefined && port !== 0) held.set(port, wanted);
  const bound = new Promise<string | undefined>(resolve => {
    server.once('listening', () => resolve(undefined));
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (held.get(port) === wanted && other === undefined) held.delete(port);
      const why = refusal(error, host, port, other);
      diagnostics.warn(`prometheus: ${why}`);
      resolve(why);
    });
  });
  // Exclusive: in a cluster the primary would hand scrapes to one worker and then another, each with counts of its own.
  server.listen({ host, port, exclusive: true });
  // `listen` makes a referenced handle.
  server.unref();

  return {
    get url() {
      return shownUrl(host, boundPort(server) ?? port, path);
    },
    bound,
    close: () =>
      new Promise(resolve => {
        if (other === undefined && held.get(port) === wanted) held.delete(port);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ScrapeServerOptions,
): Promise<void> {
  try {
    if (request.url?.split('?', 1)[0] !== options.path) {
      return refuse(response, 404, `The metrics are on ${options.path}.`);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuse(response, 405, 'The metrics can be read, and nothing else.');
    }
    const format = negotiateFormat(request.headers.accept);
    const pieces = options.pieces(format);
    const { value: first } = await pieces.next();
    const { value: second } = await pieces.next();
    response.writeHead(200, {
      'content-type': CONTENT_TYPES[format],
      ...(second === undefined ? { 'content-length': first?.length ?? 0 } : {}),
      'cache-control': 'no-store',
      vary: 'accept',
    });
    if (request.method === 'GET') {
      for (const piece of [first, second]) await send(response, piece);
      for await (const piece of pieces) {
        await send(response, piece);
        if (response.destroyed) return;
      }
    }
    response.end();
  } catch (error) {
    // A page that cannot be made fails this scrape, which Prometheus shows as `up 0`; the application goes on.
    options.diagnostics.once('prometheus:page', 'warn', `prometheus: a scrape failed: ${safeText(error)}`);
    if (response.headersSent) response.destroy();
    else refuse(response, 500, 'The page could not be made; the log of the process says why.');
  }
}

/** Writes a piece, and waits while the other end does not read. */
async function send(response: ServerResponse, piece: Uint8Array | void): Promise<void> {
  if (piece === undefined || response.destroyed || response.write(piece)) return;
  await new Promise<void>(resolve => {
    const go = (): void => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.once('drain', go);
    response.once('close', go);
  });
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function refusal(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  other: string | undefined,
): string {
  const ways = 'with prometheus({ port }) or OTEL_EXPORTER_PROMETHEUS_PORT';
  switch (error.code) {
    case 'EADDRINUSE':
      if (other !== undefined) {
        return `port ${port} is held by another prometheus exporter of this process, ${other}, so this one serves no page. One exporter sees every span; remove the second, or give it another port ${ways}.`;
      }
      return `port ${port} on ${host} is in use by another process or thread, so no metrics are served. Choose another port ${ways}; each process needs its own.`;
    case 'EACCES':
      return `this process may not listen on port ${port}, so no metrics are served. Choose one above 1023 ${ways}.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine, so no metrics are served. Write '127.0.0.1', or '0.0.0.0' for all, to prometheus({ host }) or OTEL_EXPORTER_PROMETHEUS_HOST.`;
    default:
      return `no metrics are served on ${host}:${port}: ${safeText(error)}`;
  }
}

function boundPort(server: Server): number | undefined {
  const address = server.address() as AddressInfo | null;
  return address?.port;
}

function shownUrl(host: string, port: number, path: string): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
}
