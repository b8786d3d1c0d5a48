// One request of a server: its span, the context of its handler, and the attributes at its end.
//
// Listeners of request and response events must run in that context, although Node.js emits many of the events from the
// connection. So request and response get their own `emit`, which also detects the end of the request.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type Attributes,
  type Context,
  context as contextApi,
  type Histogram,
  isSpanContextValid,
  SpanKind,
  type Span,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { getSpan, setSpan } from '../../context/index.js';
import { type RpcMetadata, setRpcMetadata } from '../../context/rpc-metadata.js';
import { guarded, reportFault } from '../../core/guard.js';
import { addCapturedHeaders } from '../captured-headers.js';
import { selectServerDurationAttributes } from '../duration-histogram.js';
import { extractRequestContext } from './extract-request-context.js';
import { addPendingResponse, type PendingResponse, removePendingResponse } from './pipelined-responses.js';
import { readSentHeader } from './sent-headers.js';
import { createRequestAttributes, getMethodName, type Scheme } from './server-attributes.js';
import type { ResponseHeader, ServerOptions } from './server-options.js';

/** `emit` of an event emitter. */
export type EmitFunction = (event: string | symbol, ...args: unknown[]) => boolean;

/** The tracer and the histogram of server requests. */
export interface ServerTelemetry {
  readonly tracer: Tracer;
  /** Undefined without a meter provider. */
  readonly durationHistogram: Histogram | undefined;
  readonly options: ServerOptions;
}

const TRACED_REQUEST: unique symbol = Symbol('@do/trace traced request');

/** A request or response that may be traced, so that a request that one server passes to another gets one span. */
type MaybeTraced<T> = T & { [TRACED_REQUEST]?: TracedRequest };

/** Whether a request has a span of this package. */
export function isTraced(request: MaybeTraced<IncomingMessage>): boolean {
  return request[TRACED_REQUEST] !== undefined;
}

/** A request from its start to the end of its response. */
export class TracedRequest implements PendingResponse {
  /** The context of the handler. */
  readonly context: Context;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #metadata: RpcMetadata;
  readonly #attributes: Attributes;
  readonly #durationHistogram: Histogram | undefined;
  readonly #options: ServerOptions;
  readonly #startMs: number;
  /** Whether the response waits for the responses before it. */
  #isPending: boolean;
  #hasTimedOut = false;
  readonly #originalRequestEmit: EmitFunction;
  readonly #originalResponseEmit: EmitFunction;
  readonly #originalDetachSocket: (socket: Socket) => void;

  /**
   * Starts the span in the trace of the client.
   *
   * @throws if request or response are not objects of Node.js; they are not modified in that case
   */
  constructor(
    request: MaybeTraced<IncomingMessage>,
    response: MaybeTraced<ServerResponse>,
    scheme: Scheme,
    { tracer, durationHistogram, options }: ServerTelemetry,
  ) {
    this.#request = request;
    this.#response = response;
    this.#attributes = createRequestAttributes(request, scheme);
    addConfiguredAttributes(this.#attributes, request, options);
    this.#options = options;
    this.#durationHistogram = durationHistogram;
    this.#startMs = durationHistogram === undefined ? 0 : performance.now();
    this.#isPending = response.socket === null;
    this.#originalRequestEmit = request.emit as EmitFunction;
    this.#originalResponseEmit = response.emit as EmitFunction;
    this.#originalDetachSocket = response.detachSocket;
    const { context: remote, link } = extractRequestContext(request);
    const spanOptions = { kind: SpanKind.SERVER, attributes: this.#attributes };
    const span = tracer.startSpan(
      getMethodName(this.#attributes),
      link === undefined ? spanOptions : { ...spanOptions, links: [link] },
      remote,
    );
    this.#metadata = { type: 'http', span };
    this.context = setSpan(setRpcMetadata(remote, this.#metadata), span);
    if (options.responseHeader !== undefined) setResponseHeader(response, options.responseHeader, span);
    request[TRACED_REQUEST] = this;
    response[TRACED_REQUEST] = this;
    request.emit = requestEmit;
    response.emit = responseEmit;
    response.detachSocket = responseDetachSocket;
    if (this.#isPending) addPendingResponse(request.socket, this);
  }

  /** Emits an event of the request in its context. */
  emitRequestEvent(request: IncomingMessage, event: string | symbol, args: unknown[]): boolean {
    return this.#emit(request, this.#originalRequestEmit, event, args);
  }

  /** Emits an event of the response in its context, and ends the span at `close` and `error`. */
  emitResponseEvent(response: ServerResponse, event: string | symbol, args: unknown[]): boolean {
    if (event === 'close') this.#endWithResponse();
    else if (event === 'error') this.endWithError(args[0]);
    else if (event === 'timeout') this.#hasTimedOut = true;
    else if (event === 'socket' && this.#isPending) {
      this.#isPending = false;
      removePendingResponse(this.#request.socket, this);
    }
    return this.#emit(response, this.#originalResponseEmit, event, args);
  }

  /** Ends the span, because the connection closed while the response was pending. Never throws. */
  handleDisconnect(): void {
    this.#endWithResponse();
  }

  /** Detaches the response from the connection: Node.js does so after each response, an application to take it over. */
  detachSocket(response: ServerResponse, socket: Socket): void {
    Reflect.apply(this.#originalDetachSocket, response, [socket]);
    // After a take-over neither a status code nor an event of the response is visible, so the span ends here.
    if (!response.writableEnded) this.#endWithResponse(true);
  }

  #emit(
    target: IncomingMessage | ServerResponse,
    originalEmit: EmitFunction,
    event: string | symbol,
    args: unknown[],
  ): boolean {
    // Most events have no listeners and need no context.
    if (target.listenerCount(event) === 0) return Reflect.apply(originalEmit, target, [event, ...args]);
    return contextApi.with(this.context, originalEmit, target, event, ...args);
  }

  /** Ends the span with an error of the handler or of the response. Never throws. */
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
   * Ends the span with the state of the response. Never throws.
   *
   * @param isTakenOver whether the application has taken over the connection
   */
  #endWithResponse(isTakenOver = false): void {
    this.#end(span => {
      const { statusCode, writableFinished } = this.#response;
      const headersSent = this.#response.headersSent && !this.#isPending;
      const attributes: Attributes = {};
      // A status code that was not sent is not recorded.
      if (writableFinished || headersSent) attributes['http.response.status_code'] = statusCode;
      const { route } = this.#metadata;
      if (route !== undefined) {
        attributes['http.route'] = route;
        span.updateName(`${getMethodName(this.#attributes)} ${route}`);
      }
      // A client that ends a download or an event stream early causes no error of the server.
      if (!isTakenOver && !writableFinished && (!headersSent || !this.#request.complete)) {
        // ECONNRESET is the code of Node.js for an aborted request.
        attributes['error.type'] = this.#hasTimedOut ? 'TimeoutError' : 'ECONNRESET';
        span.setStatus({
          code: SpanStatusCode.ERROR,
          message: this.#hasTimedOut ? 'timed out' : 'aborted',
        });
      } else if ((headersSent || !isTakenOver) && (statusCode < 100 || statusCode >= 500)) {
        attributes['error.type'] = String(statusCode);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      const captured = this.#options.responseHeaders;
      if (captured !== undefined) {
        addCapturedHeaders(attributes, captured, name => readSentHeader(this.#response, name));
      }
      span.setAttributes(attributes);
      return attributes;
    });
  }

  #end(describeEnd: (span: Span) => Attributes): void {
    const metadata = this.#metadata;
    if (metadata.isEnded === true) return;
    metadata.isEnded = true;
    const { span } = metadata;
    try {
      const isMeasured = this.#durationHistogram !== undefined;
      const attributes = span.isRecording() || isMeasured ? describeEnd(span) : {};
      if (isMeasured) {
        const seconds = (performance.now() - this.#startMs) / 1000;
        this.#durationHistogram.record(seconds, selectServerDurationAttributes(this.#attributes, attributes));
      }
    } catch (error) {
      // Getters of the application and meters of other packages may throw. The span ends all the same.
      reportFault('the end of a request', error);
    }
    span.end();
    // A context that outlives the request must not keep the ended span in memory. The span of the context has the same ids.
    metadata.span = getSpan(this.context) ?? span;
  }
}

/** Adds the attributes of the options `requestHeaders` and `attributes`. */
function addConfiguredAttributes(
  attributes: Attributes,
  request: IncomingMessage,
  { requestHeaders, attributes: createAttributes }: ServerOptions,
): void {
  if (requestHeaders !== undefined) {
    addCapturedHeaders(attributes, requestHeaders, name => request.headers[name]);
  }
  if (createAttributes === undefined) return;
  Object.assign(
    attributes,
    guarded('instrument.http.attributes', () => createAttributes(request), undefined),
  );
}

function setResponseHeader(response: ServerResponse, { name, format }: ResponseHeader, span: Span): void {
  const spanContext = span.spanContext();
  // With tracing disabled, a request without a caller's trace has no ids.
  if (!isSpanContextValid(spanContext)) return;
  guarded(
    'instrument.http.responseHeader',
    () => void response.setHeader(name, format(spanContext)),
    undefined,
  );
}

function requestEmit(
  this: MaybeTraced<IncomingMessage>,
  event: string | symbol,
  ...args: unknown[]
): boolean {
  return this[TRACED_REQUEST]?.emitRequestEvent(this, event, args) ?? false;
}

function responseEmit(
  this: MaybeTraced<ServerResponse>,
  event: string | symbol,
  ...args: unknown[]
): boolean {
  return this[TRACED_REQUEST]?.emitResponseEvent(this, event, args) ?? false;
}

function responseDetachSocket(this: MaybeTraced<ServerResponse>, socket: Socket): void {
  this[TRACED_REQUEST]?.detachSocket(this, socket);
}
