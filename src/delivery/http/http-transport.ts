// OTLP over HTTP on node:http: one POST, one result. It adds to OpenTelemetry's transport a time limit for the whole request,
// cancellation, proxies, and sockets that do not keep a finished process alive.

import type * as http from 'node:http';
import type { Socket } from 'node:net';
import { gzip } from 'node:zlib';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../../core/suppression.js';
import { toOtlpJson } from '../otlp/to-otlp-json.js';
import type { Protocol } from '../stats.js';
import type { Transport, TransportRequest, TransportResponse, TransportResult } from '../transport.js';
import { createAbandonedError } from './abandoned-error.js';
import { createRequestFactory } from './request-factory.js';
import { callHeaders, type HeaderRecord, type RequestHeaders } from './request-headers.js';
import type { TlsOptions } from './tls-options.js';
import { TunnelAgent } from './tunnel-agent.js';

/** The destination and the format of the requests. */
export interface HttpTransportOptions {
  readonly endpoint: URL;
  readonly headers: RequestHeaders;
  readonly compression: 'gzip' | 'none';
  /** The encoding of the requests. @default 'http/protobuf' */
  readonly protocol?: Protocol | undefined;
  readonly tls?: TlsOptions | undefined;
  /** The environment, for the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

// A response to OTLP is a few bytes. The rest of a longer one is not read.
const MAX_RESPONSE_BYTES = 64 * 1024;
// Level 1 takes half the processor time of level 6 on spans (0.8 against 1.6 microseconds a span), for bodies that are
// 8 % longer (46.0 against 42.5 bytes a span).
const GZIP_LEVEL = 1;
const MIN_GZIP_BYTES = 1_024;
// A connection attempt keeps the process alive even if its socket is unreferenced, so a host that drops packets has this long.
const CONNECT_TIMEOUT_MS = 3_000;

/** Creates the transport for one endpoint. */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  const { endpoint, compression, protocol, tls, env } = options;
  const contentType = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  const requests = createRequestFactory({ endpoint, tls, env, connectTimeoutMs: CONNECT_TIMEOUT_MS });
  const sockets = new Set<Socket>();
  // The requests must not become spans. The root context also releases the context of the caller.
  const withoutTracing = suppressTracing(ROOT_CONTEXT);
  let keepsAlive = false;

  function applyHold(socket: Socket): void {
    if (keepsAlive) socket.ref();
    else socket.unref();
  }

  function track(socket: Socket): void {
    applyHold(socket);
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  function abandonAttempts(): void {
    if (keepsAlive) return;
    for (const socket of sockets) if (socket.connecting) socket.destroy(createAbandonedError());
  }

  function post(body: Uint8Array, headers: HeaderRecord, signal: AbortSignal): Promise<TransportResult> {
    return new Promise(resolve => {
      const request = requests.create({
        method: 'POST',
        headers: {
          ...headers,
          ...requests.headers,
          'Content-Type': contentType,
          'Content-Length': body.length,
          ...(compression === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}),
        },
      });
      const chunks: Buffer[] = [];
      let response: http.IncomingMessage | undefined;
      let isSettled = false;
      let isConnected = false;

      const settle = (result: TransportResult): void => {
        if (isSettled) return;
        isSettled = true;
        clearTimeout(connectTimer);
        signal.removeEventListener('abort', onAbort);
        resolve(result);
      };
      const fail = (code: string, message: string): void => {
        // A status line is a response, even if its body is cut off.
        if (response !== undefined) return settle(toResponse(response, chunks, body.length));
        const isRequestSent = request.writableFinished;
        settle({ kind: 'failure', code, message, isRequestSent, wireBytes: body.length });
      };
      const failUnless = (hasEnded: () => boolean, message: string): void => {
        afterSocketEvents(() => {
          if (hasEnded()) return;
          fail('TIMEOUT', message);
          request.destroy();
        });
      };
      const onAbort = (): void => failUnless(() => isSettled, 'no response in time');
      const connectTimer = setTimeout(
        () => failUnless(() => isConnected, 'no connection in time'),
        CONNECT_TIMEOUT_MS,
      ).unref();

      request.on('socket', socket => {
        track(socket);
        const onConnected = (): void => {
          isConnected = true;
          clearTimeout(connectTimer);
        };
        if (!socket.connecting) onConnected();
        else socket.once(endpoint.protocol === 'https:' ? 'secureConnect' : 'connect', onConnected);
      });
      request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'ERROR', error.message));
      request.on('response', incoming => {
        response = incoming;
        const onEnd = (): void => settle(toResponse(incoming, chunks, body.length));
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size <= MAX_RESPONSE_BYTES) return;
          onEnd();
          incoming.destroy();
        });
        incoming.on('end', onEnd);
        incoming.on('error', error => fail('ERROR', error.message));
        incoming.on('close', onEnd);
      });
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      else request.end(body);
    });
  }

  return {
    async send({ body, signal }: TransportRequest): Promise<TransportResult> {
      const content = protocol === 'http/json' ? toOtlpJson(body) : body;
      if (content === undefined) {
        return { kind: 'encoding_failure', message: 'a batch cannot be converted to JSON', wireBytes: 0 };
      }
      const encoded = compression === 'gzip' ? await compress(content) : content;
      const { headers } = options;
      const result = typeof headers === 'function' ? await callHeaders(headers, signal) : { headers };
      if ('kind' in result) return result;
      return context.with(withoutTracing, () => post(encoded, result.headers, signal));
    },
    hold(keepAlive) {
      keepsAlive = keepAlive;
      for (const socket of sockets) applyHold(socket);
      if (!keepAlive && requests.agent instanceof TunnelAgent) requests.agent.abandon();
      // A connection attempt keeps the process alive although no flush waits for it. The next attempt starts a new one.
      if (!keepAlive) afterSocketEvents(abandonAttempts);
    },
    close: () => requests.agent.destroy(),
  };
}

function toResponse(
  response: http.IncomingMessage,
  chunks: readonly Buffer[],
  wireBytes: number,
): TransportResponse {
  const { headers, statusCode = 0 } = response;
  return {
    kind: 'response',
    status: statusCode,
    retryAfter: headers['retry-after'],
    location: headers.location,
    contentType: headers['content-type'],
    date: headers.date,
    body: Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES),
    wireBytes,
  };
}

/** Compresses on the thread pool of Node.js, outside the event loop. */
function compress(body: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Space for the whole result: each further chunk would be another turn between the pool and the event loop.
    const chunkSize = Math.max(MIN_GZIP_BYTES, body.length >>> 1);
    gzip(body, { level: GZIP_LEVEL, memLevel: 9, chunkSize }, (error, compressed) =>
      error === null ? resolve(compressed) : reject(error),
    );
  });
}

/**
 * Runs a function after the pending socket events. A process that was busy reaches its timers first, and data that arrived
 * in the meantime must count. Within a socket event, the first of two immediates runs before the next poll.
 */
function afterSocketEvents(fn: () => void): void {
  setImmediate(() => setImmediate(fn));
}
