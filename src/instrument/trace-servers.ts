// Servers of node:http and node:https: a span for each request. Leaner than OpenTelemetry's instrumentation, which costs
// more than everything else that tracing adds to a request (docs/rationale.md).
//
// Node's diagnostics channels tell of requests, too, but a subscriber cannot run the handler in a context, and they are
// silent about requests that are aborted. So the one call that leads to the handler is wrapped.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { context as contextApi } from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { getRpcMetadata } from '../context/rpc-metadata.js';
import type { Scheme } from './server-attributes.js';
import { type EmitFunction, type ServerTelemetry, isTraced, TracedRequest } from './traced-request.js';

// What hands a request to a handler. The latter two take its place where a server listens to them: for requests that ask
// before they send their body, and for expectations that Node does not know.
const REQUESTS: ReadonlySet<unknown> = new Set(['request', 'checkContinue', 'checkExpectation']);

interface Emitting {
  emit: EmitFunction;
}

/**
 * Traces the requests of all servers of `node:http` and `node:https`, those that run already included.
 *
 * @param instruments what the spans are made with
 * @returns takes it back
 */
export function traceServers(instruments: ServerTelemetry): () => void {
  // Built-in modules resolve the same from anywhere; Node's own path is one that always exists.
  const require = createRequire(process.execPath);
  const undo = (['http', 'https'] as const).map(scheme => {
    const { Server } = require(scheme) as { readonly Server: { readonly prototype: Emitting } };
    return patch(Server.prototype, scheme, instruments);
  });
  return () => {
    for (const each of undo) each();
  };
}

function patch(prototype: Emitting, scheme: Scheme, instruments: ServerTelemetry): () => void {
  const own = Object.getOwnPropertyDescriptor(prototype, 'emit');
  const original = prototype.emit;
  let enabled = true;
  const emit = function emit(this: unknown, event: string | symbol, ...args: unknown[]): boolean {
    const served = enabled && REQUESTS.has(event) ? begin(args, scheme, instruments) : undefined;
    if (served === undefined) return Reflect.apply(original, this, [event, ...args]);
    try {
      return contextApi.with(served.context, original, this, event, ...args);
    } catch (error) {
      served.endWithError(error);
      throw error;
    }
  };
  prototype.emit = emit;
  return () => {
    enabled = false;
    // Where somebody has wrapped it since, it stays, and does nothing.
    if (prototype.emit !== emit) return;
    if (own === undefined) delete (prototype as Partial<Emitting>).emit;
    else Object.defineProperty(prototype, 'emit', own);
  };
}

/** The request's span, unless somebody has made one; undefined as well where that fails. */
function begin(
  args: readonly unknown[],
  scheme: Scheme,
  instruments: ServerTelemetry,
): TracedRequest | undefined {
  try {
    const [request, response] = args as [IncomingMessage, ServerResponse];
    if (isTraced(request) || isServedByOthers(request)) return undefined;
    return new TracedRequest(request, response, scheme, instruments);
  } catch (error) {
    reportFault('tracing a request', error); // Not what Node emits: the handler gets it all the same.
    return undefined;
  }
}

/**
 * Whether OpenTelemetry's own instrumentation, switched on after ours and so around it, has made a span for the request:
 * it binds the request to its context, which leaves a mark on it.
 */
function isServedByOthers(request: IncomingMessage): boolean {
  if (getRpcMetadata(contextApi.active()) === undefined) return false;
  return Object.getOwnPropertySymbols(request).some(symbol => symbol.description === 'OtListeners');
}
