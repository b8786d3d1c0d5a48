// One request of a client of node:http: its span, and the events that end it.
//
// The span ends when the response is complete on the wire, when the request fails, or when it closes. No listener is added:
// a listener for `response` would make Node.js keep a body that is not read, and one for `error` would hide an error.

import type { IncomingMessage } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import { addCapturedHeaders, type CapturedHeaders } from '../captured-headers.js';
import type { ClientOptions } from './client-options.js';
import type { ClientSpan } from './client-span.js';

/** The events of a request that its span needs. */
const OBSERVED_EVENTS: ReadonlySet<unknown> = new Set([
  'response',
  'error',
  'close',
  'timeout',
  'upgrade',
  'connect',
]);

/** Whether a traced request must see an event. */
export function isObservedEvent(event: unknown): boolean {
  return OBSERVED_EVENTS.has(event);
}

/** A request with a span. No method throws. */
export class TracedClientRequest {
  readonly span: ClientSpan;
  /** The request headers to record. */
  readonly requestHeaders: CapturedHeaders | undefined;
  readonly #responseHeaders: CapturedHeaders | undefined;
  #response: IncomingMessage | undefined;
  #responseMs = 0;
  #hasTimedOut = false;

  constructor(span: ClientSpan, { requestHeaders, responseHeaders }: ClientOptions) {
    this.span = span;
    this.requestHeaders = requestHeaders;
    this.#responseHeaders = responseHeaders;
  }

  /** Records an event before its listeners run. */
  beforeEvent(event: unknown, argument: unknown): void {
    switch (event) {
      case 'response':
        this.#recordResponse(argument as IncomingMessage);
        break;
      case 'upgrade':
      case 'connect':
        // The connection belongs to the application from now on.
        this.#recordResponse(argument as IncomingMessage);
        this.span.end();
        break;
      case 'timeout':
        this.#hasTimedOut = true;
        break;
      case 'error':
        // An application destroys a request that has timed out, which results in "socket hang up".
        this.span.fail(argument, this.#hasTimedOut ? 'TimeoutError' : undefined);
        break;
      default:
        this.#endAtClose();
    }
  }

  /**
   * Ends the span after the listeners of `response` have run, if there is nothing to wait for.
   *
   * @param hasListener whether the application receives the response. If not, Node.js discards the body
   */
  afterResponse(hasListener: boolean): void {
    if (!hasListener) this.span.end();
    // The parser hands over a body that arrived with the head after this call. A complete body ends the span, read or not.
    else process.nextTick(endIfComplete, this);
  }

  /** Ends the span if the whole response has arrived. */
  endIfComplete(): void {
    if (this.#response?.complete === true) this.span.end();
  }

  #recordResponse(response: IncomingMessage): void {
    this.#response = response;
    this.#responseMs = performance.now();
    const { statusCode, httpVersion, socket } = response;
    const attributes: Attributes = {
      'network.protocol.version': httpVersion,
      'network.peer.address': socket?.remoteAddress,
      'network.peer.port': socket?.remotePort,
    };
    const captured = this.#responseHeaders;
    if (captured !== undefined) addCapturedHeaders(attributes, captured, name => response.headers[name]);
    this.span.addAttributes(attributes);
    if (statusCode !== undefined) this.span.recordResponse(statusCode);
  }

  #endAtClose(): void {
    const response = this.#response;
    if (response?.errored != null && !response.complete) this.span.fail(response.errored);
    // A response that was not read occupies the connection until it closes. That time is not part of the request.
    else if (response !== undefined && !response.readableDidRead) this.span.end(this.#responseMs);
    // Without a response and without an error the application has aborted the request.
    else this.span.end();
  }
}

function endIfComplete(request: TracedClientRequest): void {
  request.endIfComplete();
}
