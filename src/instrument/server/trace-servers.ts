// A span for each request of the servers of node:http and node:https. OpenTelemetry's instrumentation does the same, but
// costs more than the rest of tracing adds to a request (docs/rationale.md).
//
// The diagnostics channels of Node.js are no alternative: a subscriber cannot run the handler in a context, and aborted
// requests are not published. So `emit`, which calls the handler, is wrapped.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBuiltinRequire } from '../../core/builtin-require.js';
import { type Context, context as contextApi } from '@opentelemetry/api';
import { getRpcMetadata } from '../../context/rpc-metadata.js';
import { reportFault } from '../../core/guard.js';
import { patchMethod } from '../patch-method.js';
import { ignoreRequest, isIgnoredRequest } from './ignored-request.js';
import type { Scheme } from './server-attributes.js';
import { isTraced, type ServerTelemetry, TracedRequest } from './traced-request.js';

// The events that hand a request to a handler. A server with a listener of the other two events gets them instead: for
// `Expect: 100-continue`, and for other expectations.
const REQUEST_EVENTS: ReadonlySet<unknown> = new Set(['request', 'checkContinue', 'checkExpectation']);

/** The handling of a request. */
interface HandledRequest {
  /** The context of the handler. */
  readonly context: Context;
  /** Undefined for a request without a span. */
  readonly traced: TracedRequest | undefined;
}

/**
 * Traces the requests of all servers of `node:http` and `node:https`, including running ones.
 *
 * @param telemetry the tracer, the histogram and the options of the requests
 * @returns a function that ends the tracing
 */
export function traceServers(telemetry: ServerTelemetry): () => void {
  // Built-in modules resolve from any path; that of Node.js always exists.
  const require = createBuiltinRequire();
  const restoreFunctions = (['http', 'https'] as const).map(scheme => {
    const { Server } = require(scheme) as { readonly Server: { readonly prototype: object } };
    return patchEmit(Server.prototype, scheme, telemetry);
  });
  return () => {
    for (const restore of restoreFunctions) restore();
  };
}

function patchEmit(prototype: object, scheme: Scheme, telemetry: ServerTelemetry): () => void {
  let isEnabled = true;
  const restore = patchMethod(prototype, 'emit', original => {
    return function emit(this: unknown, event, ...args): unknown {
      const handled =
        isEnabled && REQUEST_EVENTS.has(event) ? startRequest(args, scheme, telemetry) : undefined;
      if (handled === undefined) return Reflect.apply(original, this, [event, ...args]);
      try {
        return contextApi.with(handled.context, original, this, event, ...args);
      } catch (error) {
        handled.traced?.endWithError(error);
        throw error;
      }
    };
  });
  return () => {
    isEnabled = false;
    restore();
  };
}

/** Starts the handling of a request; undefined if another span or server has started it, or if that fails. */
function startRequest(
  args: readonly unknown[],
  scheme: Scheme,
  telemetry: ServerTelemetry,
): HandledRequest | undefined {
  try {
    const [request, response] = args as [IncomingMessage, ServerResponse];
    if (isTraced(request) || isIgnoredRequest(request) || isTracedByOpenTelemetry(request)) return undefined;
    if (telemetry.options.isIgnored?.(request) === true) {
      return { context: ignoreRequest(request, response), traced: undefined };
    }
    const traced = new TracedRequest(request, response, scheme, telemetry);
    return { context: traced.context, traced };
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
