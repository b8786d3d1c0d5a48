// Spans and headers for fetch and undici, by the diagnostics channels of undici. They serve the copy inside Node.js and
// every copy from npm, also one that was loaded before init().
//
//   undici:request:create       the request exists: the span starts, the headers are added
//   undici:client:sendHeaders   the head is about to be written: the connection is known
//   undici:request:headers      the head of the response has arrived
//   undici:request:trailers     the response is complete: the span ends
//   undici:request:error        the request failed or was cancelled: the span ends
//
// https://undici.nodejs.org/#/docs/api/DiagnosticsChannel

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Attributes, type Context, context as contextApi } from '@opentelemetry/api';
import { isSuppressed } from '../../context/index.js';
import { guarded } from '../../core/guard.js';
import { formatTargetUrl, parseRequestTarget, type RequestTarget } from '../../core/request-target.js';
import { createOutgoingHeaders } from '../../propagation/outgoing-headers.js';
import { AttachedValue } from '../attached-value.js';
import { addCapturedHeaders } from '../captured-headers.js';
import type { FetchInstrumentOptions } from '../types.js';
import type { ClientOptions } from './client-options.js';
import { ClientSpan, type ClientTelemetry } from './client-span.js';
import { HandlerContexts } from './fetch-handler-context.js';
import { type HeaderHolder, readHeaders, readRawHeaders, replaceHeaders } from './fetch-headers.js';
import { Hooks } from './hooks.js';

/** The settings of the instrumentation. */
export interface FetchSettings {
  readonly telemetry: ClientTelemetry;
  readonly options: ClientOptions;
  readonly attributes: FetchInstrumentOptions['attributes'];
}

/** The part of a request of undici that is read. */
interface UndiciRequest extends HeaderHolder {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  readonly upgrade?: unknown;
}

/** The messages of the channels. */
interface Message {
  readonly request: UndiciRequest;
  readonly response?: { readonly statusCode?: unknown; readonly headers?: unknown };
  readonly socket?: {
    readonly remoteAddress?: string;
    readonly remotePort?: number;
    readonly alpnProtocol?: unknown;
  };
  readonly error?: unknown;
}

/** A request with a span. */
interface TracedFetch {
  readonly span: ClientSpan;
  readonly options: ClientOptions;
  hasResponse: boolean;
}

const tracedRequests = new AttachedValue<TracedFetch>('@do/trace fetch');
const handlerContexts = new HandlerContexts();
const hooks = new Hooks<FetchSettings>(subscribeToChannels);

/**
 * Traces the requests of `fetch` and undici that are created from now on.
 *
 * @returns a function that ends the tracing. Requests in flight still end their spans
 */
export function traceFetchRequests(settings: FetchSettings): () => void {
  return hooks.enable(settings);
}

function subscribeToChannels(): () => void {
  const subscriptions = Object.entries({
    'undici:request:create': startRequest,
    'undici:client:sendHeaders': recordConnection,
    'undici:request:headers': recordResponse,
    'undici:request:trailers': endRequest,
    'undici:request:error': failRequest,
  }).map(([channel, handle]) => {
    // An exception of a subscriber would end the process.
    const listener = (message: unknown): void => {
      guarded(`a subscriber of ${channel}`, () => handle(message as Message), undefined);
    };
    subscribe(channel, listener);
    return { channel, listener };
  });
  return () => {
    for (const { channel, listener } of subscriptions) unsubscribe(channel, listener);
    handlerContexts.restore();
  };
}

function startRequest({ request }: Message): void {
  const settings = hooks.active;
  // A CONNECT goes to a proxy. The request through the tunnel has the span and the headers.
  if (settings === undefined || request.method === 'CONNECT') return;
  const active = contextApi.active();
  handlerContexts.bind(request, active);
  if (isSuppressed(active)) return;
  const target = readTarget(request);
  const context = startSpan(request, target, active, settings);
  const outgoing = createOutgoingHeaders(context, target);
  if (outgoing !== undefined) replaceHeaders(request, outgoing);
}

/** Starts the span of a request, if it has one. Returns the context that the request carries. */
function startSpan(
  request: UndiciRequest,
  target: RequestTarget | undefined,
  active: Context,
  { telemetry, options, attributes }: FetchSettings,
): Context {
  // Not every version reports the end of a request that becomes a WebSocket. Servers have no span for it either.
  if (typeof request.upgrade === 'string') return active;
  if (target !== undefined && options.isIgnored?.(target) === true) return active;
  const method = String(request.method);
  const span = new ClientSpan(telemetry, {
    method,
    target,
    attributes: attributes && createFurtherAttributes(attributes, method, target, request),
    parent: active,
  });
  if (!span.isObserved) return span.context;
  hooks.countStart();
  span.onEnd(hooks.countEnd);
  tracedRequests.set(request, { span, options, hasResponse: false });
  return span.context;
}

/** Parsed origins, which are few: a client keeps its connections. */
const parsedOrigins = new Map<string, RequestTarget>();
const MAX_ORIGINS = 256;

function readTarget({ origin, path }: UndiciRequest): RequestTarget | undefined {
  const pathText = String(path);
  // The request line of a proxy has the absolute URL of the target.
  if (!pathText.startsWith('/')) return parseRequestTarget(pathText);
  const key = String(origin);
  let parsed = parsedOrigins.get(key);
  if (parsed === undefined) {
    parsed = parseRequestTarget(key);
    if (parsed === undefined) return undefined;
    if (parsedOrigins.size >= MAX_ORIGINS) parsedOrigins.clear();
    parsedOrigins.set(key, parsed);
  }
  return { ...parsed, path: pathText };
}

function createFurtherAttributes(
  attributes: NonNullable<FetchInstrumentOptions['attributes']>,
  method: string,
  target: RequestTarget | undefined,
  request: UndiciRequest,
): Attributes | undefined {
  const url = target === undefined ? String(request.path) : formatTargetUrl(target);
  const described = { method, url, headers: Object.fromEntries(readHeaders(request)) };
  return guarded(
    'instrument.fetch.attributes',
    () => attributes(described) as Attributes | undefined,
    undefined,
  );
}

function recordConnection({ request, socket }: Message): void {
  const traced = tracedRequests.get(request);
  if (traced === undefined) return;
  const attributes: Attributes = {
    'network.peer.address': socket?.remoteAddress,
    'network.peer.port': socket?.remotePort,
    'network.protocol.version': socket?.alpnProtocol === 'h2' ? '2' : '1.1',
  };
  const captured = traced.options.requestHeaders;
  if (captured !== undefined) {
    const headers = readHeaders(request);
    addCapturedHeaders(attributes, captured, name => headers.get(name));
  }
  traced.span.addAttributes(attributes);
}

function recordResponse({ request, response }: Message): void {
  const traced = tracedRequests.get(request);
  const status = Number(response?.statusCode);
  // Informational responses precede the response.
  if (traced === undefined || !(status >= 200)) return;
  traced.hasResponse = true;
  const captured = traced.options.responseHeaders;
  if (captured !== undefined) {
    const headers = readRawHeaders(response?.headers);
    const attributes: Attributes = {};
    addCapturedHeaders(attributes, captured, name => headers.get(name));
    traced.span.addAttributes(attributes);
  }
  traced.span.recordResponse(status);
}

function endRequest({ request }: Message): void {
  tracedRequests.get(request)?.span.end();
}

function failRequest({ request, error }: Message): void {
  const traced = tracedRequests.get(request);
  // undici cancels a body that was collected unread, with a text as reason.
  if (traced?.hasResponse === true && typeof error === 'string') traced.span.end();
  else traced?.span.fail(error);
}
