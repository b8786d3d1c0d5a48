// A span for each request of the servers of node:http and node:https. OpenTelemetry's instrumentation does the same, but
// costs more than the rest of tracing adds to a request (docs/rationale.md).
//
// The diagnostics channels of Node.js are no alternative: a subscriber cannot run the handler in a context, and aborted
// requests are not published. So `emit`, which calls the handler, is wrapped.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { context as contextApi } from '@opentelemetry/api';
import { getRpcMetadata } from '../context/rpc-metadata.js';
import { reportFault } from '../core/guard.js';
import type { Scheme } from './server-attributes.js';
import { type EmitFunction, isTraced, type ServerTelemetry, TracedRequest } from './traced-request.js';

// The events that hand a request to a handler. A server with a listener of the other two events gets them instead: for
// `Expect: 100-continue`, and for other expectations.
const REQUEST_EVENTS: ReadonlySet<unknown> = new Set(['request', 'checkContinue', 'checkExpectation']);

interface ServerPrototype {
  emit: EmitFunction;
}

/**
 * Traces the requests of all servers of `node:http` and `node:https`, including running ones.
 *
 * @param telemetry the tracer and the histogram of the requests
 * @returns a function that ends the tracing
 */
export function traceServers(telemetry: ServerTelemetry): () => void {
  // Built-in modules resolve from any path; that of Node.js always exists.
  const require = createRequire(process.execPath);
  const restoreFunctions = (['http', 'https'] as const).map(scheme => {
    const { Server } = require(scheme) as { readonly Server: { readonly prototype: ServerPrototype } };
    return patchEmit(Server.prototype, scheme, telemetry);
  });
  return () => {
    for (const restore of restoreFunctions) restore();
  };
}

function patchEmit(prototype: ServerPrototype, scheme: Scheme, telemetry: ServerTelemetry): () => void {
  const ownDescriptor = Object.getOwnPropertyDescriptor(prototype, 'emit');
  const original = prototype.emit;
  let isEnabled = true;
  const emit = function emit(this: unknown, event: string | symbol, ...args: unknown[]): boolean {
    const request =
      isEnabled && REQUEST_EVENTS.has(event) ? startRequest(args, scheme, telemetry) : undefined;
    if (request === undefined) return Reflect.apply(original, this, [event, ...args]);
    try {
      return contextApi.with(request.context, original, this, event, ...args);
    } catch (error) {
      request.endWithError(error);
      throw error;
    }
  };
  prototype.emit = emit;
  return () => {
    isEnabled = false;
    // If another package has wrapped this function, it stays in place without effect.
    if (prototype.emit !== emit) return;
    if (ownDescriptor === undefined) delete (prototype as Partial<ServerPrototype>).emit;
    else Object.defineProperty(prototype, 'emit', ownDescriptor);
  };
}

/** Starts the span of a request; undefined if the request has one already, or if that fails. */
function startRequest(
  args: readonly unknown[],
  scheme: Scheme,
  telemetry: ServerTelemetry,
): TracedRequest | undefined {
  try {
    const [request, response] = args as [IncomingMessage, ServerResponse];
    if (isTraced(request) || isTracedByOpenTelemetry(request)) return undefined;
    return new TracedRequest(request, response, scheme, telemetry);
  } catch (error) {
    // The arguments are not those of Node.js. The handler gets them all the same.
    reportFault('tracing a request', error);
    return undefined;
  }
}

/**
 * Whether OpenTelemetry's instrumentation has created a span for the request. It wraps ours if it was enabled later. It binds
 * the request to its context, which adds a symbol to the request.
 */
function isTracedByOpenTelemetry(request: IncomingMessage): boolean {
  if (getRpcMetadata(contextApi.active()) === undefined) return false;
  return Object.getOwnPropertySymbols(request).some(symbol => symbol.description === 'OtListeners');
}
