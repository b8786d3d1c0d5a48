// Spans and headers for the requests of node:http and node:https clients, by three hooks on prototypes. Every request passes
// them, however it was created: `http.request` in any form, `http.get`, `new ClientRequest`, functions that the application
// imported before init(). The arguments of the application are never read or rebuilt.
//
//   Agent.prototype.addRequest             the request exists: the span starts
//   ClientRequest.prototype._storeHeader   the head is about to be written: the headers are added
//   ClientRequest.prototype.emit           response, error, close: the span ends
//
// A list of headers is written while the request is being constructed, and a request without an agent has no first hook.
// In both cases the span starts at the second one.

import { Agent, ClientRequest } from 'node:http';
import { type Attributes, type Context, context as contextApi, SpanKind } from '@opentelemetry/api';
import { getSpan, isSuppressed } from '../../context/index.js';
import { guarded, reportFault } from '../../core/guard.js';
import type { RequestTarget } from '../../core/request-target.js';
import { createOutgoingHeaders, replaceInList } from '../../propagation/outgoing-headers.js';
import { AttachedValue } from '../attached-value.js';
import { addCapturedHeaders } from '../captured-headers.js';
import { type Method, patchMethod } from '../patch-method.js';
import type { HttpInstrumentOptions } from '../types.js';
import type { ClientOptions } from './client-options.js';
import { type ConnectionOptions, findRequestHeader, readRequestTarget } from './client-request-target.js';
import { ClientSpan, type ClientTelemetry } from './client-span.js';
import { Hooks } from './hooks.js';
import { isObservedEvent, TracedClientRequest } from './traced-client-request.js';

/** The settings of the instrumentation. */
export interface ClientRequestSettings {
  readonly telemetry: ClientTelemetry;
  readonly options: ClientOptions;
  readonly attributes: HttpInstrumentOptions['attributes'];
}

/** The state of a request that the hooks have seen. */
interface RequestState {
  /** The context that the request carries. Undefined if its headers stay as they are. */
  readonly context: Context | undefined;
  readonly target: RequestTarget | undefined;
  /** Whether the connection options were known when the target was read. */
  readonly isTargetExact: boolean;
  /** Undefined without a span that is observed. */
  readonly traced: TracedClientRequest | undefined;
}

const UNTRACED: RequestState = {
  context: undefined,
  target: undefined,
  isTargetExact: true,
  traced: undefined,
};

const states = new AttachedValue<RequestState>('@do/trace client request');
const hooks = new Hooks<ClientRequestSettings>(installHooks);

/**
 * Traces the requests of all clients of `node:http` and `node:https` that are created from now on.
 *
 * @returns a function that ends the tracing. Requests in flight still end their spans
 */
export function traceClientRequests(settings: ClientRequestSettings): () => void {
  return hooks.enable(settings);
}

function installHooks(): () => void {
  const removers = [
    patchMethod(Agent.prototype, 'addRequest', original => {
      return function addRequest(this: unknown, request, options, port, localAddress): unknown {
        const args = [request, options, port, localAddress];
        // Packages use agents with requests of their own.
        if (!(request instanceof ClientRequest)) return Reflect.apply(original, this, args);
        observeConnection(request, typeof options === 'object' ? (options as ConnectionOptions) : undefined);
        return applyOrFail(original, this, args, request);
      };
    }),
    patchMethod(ClientRequest.prototype, '_storeHeader', original => {
      return function _storeHeader(this: unknown, firstLine, headers): unknown {
        const request = this as ClientRequest;
        return applyOrFail(original, this, [firstLine, prepareHeaders(request, headers)], request);
      };
    }),
    patchMethod(ClientRequest.prototype, 'emit', original => {
      return function emit(this: unknown, event, ...args): unknown {
        const traced = isObservedEvent(event) ? states.get(this as ClientRequest)?.traced : undefined;
        if (traced === undefined || traced.span.isEnded) {
          return Reflect.apply(original, this, [event, ...args]);
        }
        traced.beforeEvent(event, args[0]);
        const hasListener = Reflect.apply(original, this, [event, ...args]);
        if (event === 'response') traced.afterResponse(hasListener === true);
        return hasListener;
      };
    }),
  ];
  return () => {
    for (const remove of removers) remove();
  };
}

/** Calls the original. If it throws, the request ends in an exception of its constructor or of `end()`. */
function applyOrFail(
  original: Method,
  thisArgument: unknown,
  args: readonly unknown[],
  request: ClientRequest,
): unknown {
  try {
    return Reflect.apply(original, thisArgument, args);
  } catch (error) {
    states.get(request)?.traced?.span.fail(error);
    throw error;
  }
}

/** Starts the span of a request, or completes the target of a span that has started. */
function observeConnection(request: ClientRequest, connection: ConnectionOptions | undefined): void {
  const state = states.get(request);
  if (state === undefined) {
    getState(request, connection, undefined);
    return;
  }
  if (state.isTargetExact || connection === undefined) return;
  const target = guarded(
    'the target of a request',
    () => readRequestTarget(request, connection, undefined),
    undefined,
  );
  if (target !== undefined && target.origin !== state.target?.origin) state.traced?.span.setTarget(target);
}

/** Returns the headers to write: those of the application, with the propagation headers in their place. */
function prepareHeaders(request: ClientRequest, headers: unknown): unknown {
  const { context, target, traced } = getState(request, undefined, headers);
  if (context === undefined) return headers;
  try {
    const captured = traced?.requestHeaders;
    if (captured !== undefined) {
      const attributes: Attributes = {};
      addCapturedHeaders(attributes, captured, name => findRequestHeader(request, headers, name));
      traced?.span.addAttributes(attributes);
    }
    const outgoing = createOutgoingHeaders(context, target);
    if (outgoing === undefined) return headers;
    if (Array.isArray(headers)) return replaceInList(headers, outgoing);
    for (const name of outgoing.stale) request.removeHeader(name);
    for (const [name, value] of outgoing.entries) request.setHeader(name, value);
    // Without any header, Node.js passes nothing, and would not see those that were just set.
    return headers ?? outgoing.entries;
  } catch (error) {
    // A propagator may write a header that Node.js refuses. The request is sent without it.
    reportFault('the propagation headers of a request', error);
    return headers;
  }
}

function getState(
  request: ClientRequest,
  connection: ConnectionOptions | undefined,
  headers: unknown,
): RequestState {
  const existing = states.get(request);
  if (existing !== undefined) return existing;
  const settings = hooks.active;
  const state =
    settings === undefined
      ? UNTRACED
      : guarded(
          'the start of a request',
          () => startRequest(request, connection, headers, settings),
          UNTRACED,
        );
  states.set(request, state);
  return state;
}

function startRequest(
  request: ClientRequest,
  connection: ConnectionOptions | undefined,
  headers: unknown,
  { telemetry, options, attributes }: ClientRequestSettings,
): RequestState {
  const active = contextApi.active();
  if (isSuppressed(active) || isTracedByOpenTelemetry(active)) return UNTRACED;
  const hostHeader = connection === undefined ? findRequestHeader(request, headers, 'host') : undefined;
  const target = readRequestTarget(request, connection, hostHeader);
  const isTargetExact = connection !== undefined;
  if (target !== undefined && options.isIgnored?.(target) === true) {
    return { context: active, target, isTargetExact, traced: undefined };
  }
  const span = new ClientSpan(telemetry, {
    method: request.method,
    target,
    attributes: createFurtherAttributes(request, attributes),
    parent: active,
  });
  const { context } = span;
  if (!span.isObserved) return { context, target, isTargetExact, traced: undefined };
  hooks.countStart();
  span.onEnd(hooks.countEnd);
  return { context, target, isTargetExact, traced: new TracedClientRequest(span, options) };
}

function createFurtherAttributes(
  request: ClientRequest,
  attributes: HttpInstrumentOptions['attributes'],
): Attributes | undefined {
  const { socketPath } = request as { readonly socketPath?: unknown };
  const isUnixSocket = typeof socketPath === 'string' && socketPath !== '';
  if (attributes === undefined && !isUnixSocket) return undefined;
  return {
    // A Unix socket has a path instead of a port.
    ...(isUnixSocket
      ? { 'server.port': undefined, 'network.transport': 'unix', 'network.peer.address': socketPath }
      : {}),
    ...(attributes === undefined
      ? {}
      : guarded(
          'instrument.http.attributes',
          () => attributes(request) as Attributes | undefined,
          undefined,
        )),
  };
}

/** Whether OpenTelemetry's instrumentation, enabled later, has created a span around the request. It sends its own headers. */
function isTracedByOpenTelemetry(active: Context): boolean {
  const span = getSpan(active) as
    | { readonly kind?: unknown; readonly instrumentationScope?: { readonly name?: unknown } }
    | undefined;
  return (
    span?.kind === SpanKind.CLIENT &&
    span.instrumentationScope?.name === '@opentelemetry/instrumentation-http'
  );
}
