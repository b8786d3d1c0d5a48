// The HTTP server of the receiver.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trace } from '../analysis/index.js';
import { type Clock, systemClock } from '../core/clock.js';
import { guarded, reportFault } from '../core/guard.js';
import { formatHostPort } from '../core/host.js';
import { systemTimers, type Timers } from '../core/timers.js';
import { createBodyReader, RequestAbortedError } from './body-reader.js';
import { parseContentType, type OtlpEncoding } from './decode-export.js';
import { checkHostAndOrigin } from './host-check.js';
import { HttpError } from './http-error.js';
import { toReceiverError } from './receiver-error.js';
import { createJsonResponse, type ResponseBody, createStatusResponse } from './response.js';
import { isExportUrl, type RouteContext, routeRequest } from './routes.js';
import { type TraceNotification, TraceStore } from './trace-store.js';

/** The options of a receiver. */
export interface ReceiverOptions {
  /** The address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** The port. 0 selects a free one. @default 4318 */
  readonly port?: number;
  /** Estimated bytes of spans in memory. The oldest trace is evicted first. @default 134217728 (128 MiB) */
  readonly maxBytes?: number;
  /** Bytes of one request after decompression. @default 67108864 (64 MiB, OTLP's own limit for clients) */
  readonly maxBodyBytes?: number;
  /** Milliseconds without a new span after which a complete trace is finished. @default 1500 */
  readonly quietMs?: number;
  /** Milliseconds without a new span after which a trace with a missing parent is finished. @default 10000 */
  readonly incompleteMs?: number;
  /** Receives every finished trace, and again when more spans arrived. Exceptions are reported and swallowed. */
  readonly onTrace?: (trace: Trace, notification: TraceNotification) => void;
  /** Receives status and message of every rejected request. */
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
  /** Passes all waiting traces to `onTrace`, closes all connections and frees the port. It may be called twice. */
  close(): Promise<void>;
}

const MIB = 1_048_576;
/** The time for one request with its body. After it Node closes the connection. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Starts a receiver for OTLP over HTTP.
 *
 * @throws ReceiverError if it cannot listen, for example `port_in_use`; the message names the fix
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
    onTrace: (trace, notification) => guarded('onTrace', () => onTrace?.(trace, notification), undefined),
  });
  const context: RouteContext = { store, bodies: createBodyReader(maxBodyBytes), maxBodyBytes };
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void handleRequest(request, response, context, host, options.onRejected);
  });
  const boundPort = await listen(server, host, port);
  let closed: Promise<void> | undefined;
  return {
    url: `http://${formatHostPort(host, boundPort)}`,
    port: boundPort,
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
      // A later error of the listening socket, such as no free file descriptor, must not end the process.
      server.on('error', error => reportFault('the receiver', error));
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Responds to one request. It never rejects: every error becomes a response. */
async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: RouteContext,
  host: string,
  onRejected: ReceiverOptions['onRejected'],
): Promise<void> {
  // If the client closes the connection during the response, there is nothing to do.
  response.on('error', () => {});
  request.on('error', () => {});
  try {
    checkHostAndOrigin(request.method ?? '', request.headers, host);
    sendResponse(request, response, 200, await routeRequest(request, context), {});
  } catch (error) {
    if (error instanceof RequestAbortedError) return;
    // Any other error is a defect of the receiver. It is reported in this process, and its text is not sent to the client.
    if (!(error instanceof HttpError)) reportFault('the receiver', error);
    const httpError =
      error instanceof HttpError ? error : new HttpError(500, 'The receiver failed to process this request.');
    guarded('onRejected', () => onRejected?.(httpError.status, httpError.message), undefined);
    sendResponse(
      request,
      response,
      httpError.status,
      createErrorResponse(request, httpError),
      httpError.headers,
    );
  }
}

/** An error in the encoding of the request: OTLP requires a `Status`, as protobuf if the request is protobuf. */
function createErrorResponse(request: IncomingMessage, { status, message }: HttpError): ResponseBody {
  if (isExportUrl(request.url)) return createStatusResponse(readRequestEncoding(request), message);
  return createJsonResponse({ error: { status, message } });
}

function readRequestEncoding(request: IncomingMessage): OtlpEncoding {
  try {
    return parseContentType(request.headers['content-type']);
  } catch {
    // The request may be rejected because of this header. JSON is readable in any case.
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
