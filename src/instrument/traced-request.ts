// One request of a server: its span, the context that its handler runs in, and what its end says.
//
// Events of request and response must reach their listeners in that context, although Node emits many of them from the
// connection. Both get an `emit` of their own for that; it sees how the request ends as well, without a listener.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type Attributes,
  type Context,
  context as contextApi,
  type Histogram,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  type Span,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { activeSpan, withSpan } from '../context/index.js';
import { reportFault } from '../core/guard.js';
import { type RpcMetadata, setRpcMetadata } from '../context/rpc-metadata.js';
import { createRequestAttributes, type Scheme } from './server-attributes.js';
import { selectDurationAttributes } from './server-metrics.js';
import { addPendingResponse, removePendingResponse, type PendingResponse } from './pipelined-responses.js';

/** `emit` of an event emitter. */
export type EmitFunction = (event: string | symbol, ...args: unknown[]) => boolean;

/** What a request's span is made with. */
export interface ServerTelemetry {
  readonly tracer: Tracer;
  readonly durationHistogram: Histogram | undefined;
}

const SERVED: unique symbol = Symbol('@do/trace served');

/** Marked, so that a request that one server hands to another is told once. */
type Marked<T> = T & { [SERVED]?: TracedRequest };

/** Whether a request has a span of ours. */
export function isTraced(request: Marked<IncomingMessage>): boolean {
  return request[SERVED] !== undefined;
}

/** A request from its start to the end of its response. */
export class TracedRequest implements PendingResponse {
  /** What its handler runs in. */
  readonly context: Context;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #metadata: RpcMetadata;
  readonly #attributes: Attributes;
  readonly #durations: Histogram | undefined;
  readonly #startMs: number;
  /** Whether the response waits for those before it. */
  #queued: boolean;
  readonly #emitOfRequest: EmitFunction;
  readonly #emitOfResponse: EmitFunction;
  readonly #detachSocket: (socket: Socket) => void;

  /**
   * Starts the span, in the trace of whoever sent the request.
   *
   * @throws where request or response are none of Node's; nothing of them is changed then
   */
  constructor(
    request: Marked<IncomingMessage>,
    response: Marked<ServerResponse>,
    scheme: Scheme,
    { tracer, durationHistogram }: ServerTelemetry,
  ) {
    this.#request = request;
    this.#response = response;
    this.#attributes = createRequestAttributes(request, scheme);
    this.#durations = durationHistogram;
    this.#startMs = durationHistogram === undefined ? 0 : performance.now();
    this.#queued = response.socket === null;
    this.#emitOfRequest = request.emit as EmitFunction;
    this.#emitOfResponse = response.emit as EmitFunction;
    this.#detachSocket = response.detachSocket;
    const remote = propagation.extract(ROOT_CONTEXT, request.headers);
    const options = { kind: SpanKind.SERVER, attributes: this.#attributes };
    const span = tracer.startSpan(request.method ?? 'GET', options, remote);
    this.#metadata = { type: 'http', span };
    this.context = withSpan(setRpcMetadata(remote, this.#metadata), span);
    request[SERVED] = this;
    response[SERVED] = this;
    request.emit = emitOfRequest;
    response.emit = emitOfResponse;
    response.detachSocket = detachSocket;
    if (this.#queued) addPendingResponse(request.socket, this);
  }

  /** Emits an event of the request to its listeners, in its context. */
  emitRequestEvent(request: IncomingMessage, event: string | symbol, args: unknown[]): boolean {
    return this.#emit(request, this.#emitOfRequest, event, args);
  }

  /** Emits an event of the response to its listeners, in its context; the last one is the end of the span. */
  emitResponseEvent(response: ServerResponse, event: string | symbol, args: unknown[]): boolean {
    if (event === 'close') this.#closed();
    else if (event === 'error') this.endWithError(args[0]);
    else if (event === 'socket' && this.#queued) {
      this.#queued = false;
      removePendingResponse(this.#request.socket, this);
    }
    return this.#emit(response, this.#emitOfResponse, event, args);
  }

  /** The connection broke before the response's turn came. Never throws. */
  handleDisconnect(): void {
    this.#closed();
  }

  /** Lets go of the connection: as Node does after each response, or because the application takes it over. */
  detachSocket(response: ServerResponse, socket: Socket): void {
    Reflect.apply(this.#detachSocket, response, [socket]);
    // What is said there from now on is no answer that anybody could see, and no event tells of its end.
    if (!response.writableEnded) this.#closed(true);
  }

  #emit(
    target: IncomingMessage | ServerResponse,
    emit: EmitFunction,
    event: string | symbol,
    args: unknown[],
  ): boolean {
    // Most events have no listeners, and need no context then.
    if (target.listenerCount(event) === 0) return Reflect.apply(emit, target, [event, ...args]);
    return contextApi.with(this.context, emit, target, event, ...args);
  }

  /** The span's end with an error: of the handler, or of writing the response. Never throws. */
  endWithError(error: unknown): void {
    this.#end(span => {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      span.setAttribute('error.type', name);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.recordException(error instanceof Error ? error : message);
      return { 'error.type': name };
    });
  }

  /**
   * The span's end with the response, or without one. Never throws.
   *
   * @param taken by the application, which goes on by itself
   */
  #closed(taken = false): void {
    this.#end(span => {
      const { statusCode, writableFinished } = this.#response;
      const headersSent = this.#response.headersSent && !this.#queued;
      const attributes: Attributes = {};
      // A status that nobody was sent is none.
      if (writableFinished || headersSent) attributes['http.response.status_code'] = statusCode;
      const { route } = this.#metadata;
      if (route !== undefined) {
        attributes['http.route'] = route;
        span.updateName(`${this.#request.method ?? 'GET'} ${route}`);
      }
      // A download or an event stream that the client has had enough of is none of the server's errors.
      if (!taken && !writableFinished && (!headersSent || !this.#request.complete)) {
        attributes['error.type'] = 'ECONNRESET'; // Node's own code for it.
        span.setStatus({ code: SpanStatusCode.ERROR, message: 'aborted' });
      } else if ((headersSent || !taken) && (statusCode < 100 || statusCode >= 500))
        span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttributes(attributes);
      return attributes;
    });
  }

  #end(describe: (span: Span) => Attributes): void {
    const metadata = this.#metadata;
    if (metadata.isEnded === true) return;
    metadata.isEnded = true;
    const { span } = metadata;
    try {
      const measured = this.#durations !== undefined;
      const attributes = span.isRecording() || measured ? describe(span) : {};
      if (measured) {
        const seconds = (performance.now() - this.#startMs) / 1000;
        this.#durations.record(seconds, selectDurationAttributes(this.#attributes, attributes));
      }
    } catch (error) {
      reportFault('the end of a request', error); // The application's own getters, or a foreign meter.
    }
    span.end();
    // A context that lives on must not keep the ended span alive; what stands there in its place has its ids.
    metadata.span = activeSpan(this.context) ?? span;
  }
}

function emitOfRequest(this: Marked<IncomingMessage>, event: string | symbol, ...args: unknown[]): boolean {
  return this[SERVED]?.emitRequestEvent(this, event, args) ?? false;
}

function detachSocket(this: Marked<ServerResponse>, socket: Socket): void {
  this[SERVED]?.detachSocket(this, socket);
}

function emitOfResponse(this: Marked<ServerResponse>, event: string | symbol, ...args: unknown[]): boolean {
  return this[SERVED]?.emitResponseEvent(this, event, args) ?? false;
}
