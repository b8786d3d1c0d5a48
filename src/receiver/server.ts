// The receiver: an HTTP server on loopback that takes OTLP and answers what it has.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trace } from '../analysis/index.js';
import { type Clock, systemClock } from '../core/clock.js';
import { guarded, reportFault } from '../core/guard.js';
import { checkAccess } from './host-check.js';
import { Aborted, createBodyReader } from './body.js';
import { type Encoding, encodingOf } from './decode.js';
import { listenError, Refusal } from './errors.js';
import { type Answer, json, statusAnswer } from './response.js';
import { answer, isExport, type RouteContext } from './routes.js';
import { type Announcement, type Timers, TraceStore } from './store.js';

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
  readonly onTrace?: (trace: Trace, announcement: Announcement) => void;
  /** Is told of every refused request. */
  readonly onRefused?: (status: number, message: string) => void;
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
    void handle(request, response, context, host, options.onRefused);
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
    const fail = (error: unknown): void => reject(listenError(error, host, port));
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
async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  context: RouteContext,
  host: string,
  onRefused: ReceiverOptions['onRefused'],
): Promise<void> {
  // A connection that breaks while we answer is the client's affair.
  response.on('error', () => {});
  request.on('error', () => {});
  try {
    checkAccess(request.method ?? '', request.headers, host);
    send(request, response, 200, await answer(request, context), {});
  } catch (error) {
    if (error instanceof Aborted) return;
    // Anything but a refusal is a fault of ours: said on this side, but not to the client.
    if (!(error instanceof Refusal)) reportFault('the receiver', error);
    const refusal =
      error instanceof Refusal ? error : new Refusal(500, 'The receiver failed on this request.');
    guarded('onRefused', () => onRefused?.(refusal.status, refusal.message), undefined);
    send(request, response, refusal.status, refused(request, refusal), refusal.headers);
  }
}

/** A refusal in the form the client sent: OTLP wants a `Status` there, in protobuf if that is what came. */
function refused(request: IncomingMessage, refusal: Refusal): Answer {
  const error = { status: refusal.status, message: refusal.message };
  return isExport(request.url) ? statusAnswer(sentEncoding(request), refusal.message) : json({ error });
}

function sentEncoding(request: IncomingMessage): Encoding {
  try {
    return encodingOf(request.headers['content-type']);
  } catch {
    // That very header may be what is refused; JSON can be read by anybody.
    return 'json';
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { contentType, body }: Answer,
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
