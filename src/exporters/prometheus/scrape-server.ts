// The HTTP server of the metrics endpoint: GET and HEAD on one path. It never keeps the process alive.

import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Diagnostic } from '../../core/diagnostic.js';
import { type Diagnostics, safeText } from '../../core/diagnostics.js';
import { formatHostPort } from '../../core/host.js';
import { createListenDiagnostic } from './listen-diagnostic.js';
import { negotiateFormat } from './negotiate.js';
import { CONTENT_TYPES, type TextFormat } from './text-format.js';

/** The address and the content of the endpoint. */
export interface ScrapeServerOptions {
  readonly host: string;
  /** 0 for a free port. */
  readonly port: number;
  readonly path: string;
  readonly diagnostics: Diagnostics;
  /** Writes the text of one scrape, chunk by chunk. A chunk has the values of the moment at which it is requested. */
  writeChunks(format: TextFormat): AsyncGenerator<Uint8Array, void>;
}

/** A running server. */
export interface ScrapeServer {
  /** The address. Until the socket is bound, it has the requested port. It does not change when the server is closed. */
  readonly url: string;
  /** Resolves after the attempt to bind the port: with the diagnostic of a failure, or with undefined. */
  readonly bound: Promise<Diagnostic | undefined>;
  /** Stops the server. Never rejects. */
  close(): Promise<void>;
}

/** Concurrent scrapes. Each holds a few chunks in memory until its client has read them. */
const MAX_CONNECTIONS = 32;

/** The ports of this process with the addresses of their servers. Two exporters with one port have their own diagnostic. */
const portsInUse = new Map<number, string>();

/**
 * Starts a server. Never throws: one warning reports a port that cannot be bound.
 *
 * @param options the address and the content
 */
export function startScrapeServer(options: ScrapeServerOptions): ScrapeServer {
  const { host, port, path, diagnostics } = options;
  const server = createServer((request, response) => {
    void respond(request, response, options);
  });
  // Instrumentation patches `emit` of the prototype to create a span for each request. A scrape is not a request to the
  // application.
  server.emit = EventEmitter.prototype.emit.bind(server);
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', socket => socket.unref());
  server.unref();

  const requestedUrl = formatUrl(host, port, path);
  const otherUrl = portsInUse.get(port);
  if (otherUrl === undefined && port !== 0) portsInUse.set(port, requestedUrl);
  const releasePort = (): void => {
    if (otherUrl === undefined && portsInUse.get(port) === requestedUrl) portsInUse.delete(port);
  };
  let boundPort = port;
  const bound = new Promise<Diagnostic | undefined>(resolve => {
    server.once('listening', () => {
      boundPort = (server.address() as AddressInfo).port;
      resolve(undefined);
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      releasePort();
      const diagnostic = createListenDiagnostic(error, { host, port, otherUrl });
      diagnostics.report('warn', diagnostic);
      resolve(diagnostic);
    });
  });
  // Exclusive: in a cluster the primary process would distribute scrapes over the workers, which have different counts.
  server.listen({ host, port, exclusive: true });
  // `listen` creates a handle that is referenced.
  server.unref();

  return {
    get url() {
      return formatUrl(host, boundPort, path);
    },
    bound,
    close: () =>
      new Promise(resolve => {
        releasePort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: ScrapeServerOptions,
): Promise<void> {
  try {
    if (request.url?.split('?', 1)[0] !== options.path) {
      return sendText(response, 404, `The metrics are at ${options.path}.`);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return sendText(response, 405, 'The metrics endpoint accepts GET and HEAD.');
    }
    await sendMetrics(request, response, options);
  } catch (error) {
    // The scrape fails, which Prometheus shows as `up 0`. The application is not affected.
    options.diagnostics.reportOnce('prometheus:scrape', 'warn', {
      code: 'metrics_scrape_failed',
      message: `prometheus: a scrape failed: ${safeText(error)}`,
      fix: 'Report this as a bug of @do/trace, unless the error is from a metric reader of the application.',
      source: 'prometheus',
    });
    if (response.headersSent) response.destroy();
    else sendText(response, 500, 'The metrics could not be written. The log of the process has the reason.');
  }
}

async function sendMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  options: ScrapeServerOptions,
): Promise<void> {
  const format = negotiateFormat(request.headers.accept);
  const chunks = options.writeChunks(format);
  const { value: first } = await chunks.next();
  const { value: second } = await chunks.next();
  response.writeHead(200, {
    'content-type': CONTENT_TYPES[format],
    // The length is known if there is only one chunk.
    ...(second === undefined ? { 'content-length': first?.length ?? 0 } : {}),
    'cache-control': 'no-store',
    vary: 'accept',
  });
  if (request.method === 'GET') {
    for (const chunk of [first, second]) await sendChunk(response, chunk);
    for await (const chunk of chunks) {
      await sendChunk(response, chunk);
      if (response.destroyed) return;
    }
  }
  response.end();
}

/** Sends a chunk, and waits until the client has read enough. */
async function sendChunk(response: ServerResponse, chunk: Uint8Array | void): Promise<void> {
  if (chunk === undefined || response.destroyed || response.write(chunk)) return;
  await new Promise<void>(resolve => {
    const end = (): void => {
      response.off('drain', end);
      response.off('close', end);
      resolve();
    };
    response.once('drain', end);
    response.once('close', end);
  });
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function formatUrl(host: string, port: number, path: string): string {
  return `http://${formatHostPort(host, port)}${path}`;
}
