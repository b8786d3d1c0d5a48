// The receiver: an HTTP server on loopback that takes OTLP and answers what it has.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trace } from '../analysis/index.js';
import { type Clock, systemClock } from '../core/clock.js';
import { guarded, reportFault } from '../core/guard.js';
import { checkHostAndOrigin } from './host-check.js';
import { RequestAbortedError, createBodyReader } from './body-reader.js';
import { type OtlpEncoding, encodingFromContentType } from './decode-export.js';
import { toReceiverError, HttpError } from './receiver-error.js';
import { type ResponseBody, jsonResponse, statusResponse } from './response.js';
import { routeRequest, isExportUrl, type RouteContext } from './routes.js';
import { type TraceNotification, type Timers, TraceStore } from './trace-store.js';

/** How a receiver listens and remembers. */
export interface ReceiverOptions {
  /** The address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** The port; 0 takes a free one. @default 4318 */
  readonly port?: number;
  /** Bytes of spans kept in memory, as estimated; the oldest trace goes first. @default 134217728 (128 MiB) */
  readonly maxBytes?: number;
  /** Bytes of one request after decompression. @default 67108864 (64 MiB, OTLP's own limit for clients) */
  readonly maxBodyBytes?: number;
  /** Milliseconds without news after which a whole trace counts as finished. @default 1500 */
  readonly quietMs?: number;
  /** The same for a trace of which a parent is missing. @default 10000 */
  readonly incompleteMs?: number;
  /** Is told of every finished trace, and again when more of it arrived. What it throws is reported and swallowed. */
  readonly onTrace?: (trace: Trace, announcement: TraceNotification) => void;
  /** Is told of every refused request. */
  readonly onRejected?: (status: number, message: string) => void;
  readonly clock?: Pick<Clock, 'monotonicMs'>;
  readonly timers?: Timers;
}

/** A receiver that listens. */
export interface Receiver {
  /** The base URL, for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  readonly port: number;
  readonly store: TraceStore;
  /** Announces what is still waiting, ends all connections and frees the port. Safe to call twice. */
  close(): Promise<void>;
}

const MIB = 1_048_576;
/** A body that takes longer is given up, and its memory with it. */
const REQUEST_TIMEOUT_MS = 30_000;

const systemTimers: Timers = {
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Starts a receiver for OTLP over HTTP.
 *
 * @throws ReceiverError where it cannot listen: `port_in_use` and others, with the fix in the message
 * @example
 * const receiver = await startReceiver({ port: 0, onTrace: trace => process.stdout.write(renderTree(trace)) });
 * process.env.OTEL_EXPORTER_OTLP_ENDPOINT = receiver.url;
 */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { host = '127.0.0.1', port = 4318, maxBodyBytes = 64 * MIB, onTrace } = options;
  const store = new TraceStore({
    maxBytes: options.maxBytes ?? 128 * MIB,
    quietMs: options.quietMs ?? 1_500,
    incompleteMs: options.incompleteMs ?? 10_000,
    clock: options.clock ?? systemClock,
    timers: options.timers ?? systemTimers,
    onTrace: (trace, announcement) => guarded('onTrace', () => onTrace?.(trace, announcement), undefined),
  });
  const context: RouteContext = { store, bodies: createBodyReader(maxBodyBytes), maxBodyBytes };
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void handleRequest(request, response, context, host, options.onRejected);
  });
  const bound = await listen(server, host, port);
  let closed: Promise<void> | undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    store,
    close() {
      closed ??= new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
        store.flush();
        store.close();
      });
      return closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(toReceiverError(error, host, port));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      // An error of the listening socket later on (out of file handles) must not end the process.
      server.on('error', error => reportFault('the receiver', error));
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Answers one request. Never rejects: whatever goes wrong becomes an answer. */
async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: RouteContext,
  host: string,
  onRefused: ReceiverOptions['onRejected'],
): Promise<void> {
  // A connection that breaks while we answer is the client's affair.
  response.on('error', () => {});
  request.on('error', () => {});
  try {
    checkHostAndOrigin(request.method ?? '', request.headers, host);
    sendResponse(request, response, 200, await routeRequest(request, context), {});
  } catch (error) {
    if (error instanceof RequestAbortedError) return;
    // Anything but a refusal is a fault of ours: said on this side, but not to the client.
    if (!(error instanceof HttpError)) reportFault('the receiver', error);
    const refusal =
      error instanceof HttpError ? error : new HttpError(500, 'The receiver failed on this request.');
    guarded('onRefused', () => onRefused?.(refusal.status, refusal.message), undefined);
    sendResponse(request, response, refusal.status, errorResponse(request, refusal), refusal.headers);
  }
}

/** A refusal in the form the client sent: OTLP wants a `Status` there, in protobuf if that is what came. */
function errorResponse(request: IncomingMessage, refusal: HttpError): ResponseBody {
  const error = { status: refusal.status, message: refusal.message };
  return isExportUrl(request.url) ? statusResponse(requestEncoding(request), refusal.message) : jsonResponse({ error });
}

function requestEncoding(request: IncomingMessage): OtlpEncoding {
  try {
    return encodingFromContentType(request.headers['content-type']);
  } catch {
    // That very header may be what is refused; JSON can be read by anybody.
    return 'json';
  }
}

function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { contentType, body }: ResponseBody,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
