// A request that the option `ignore` excludes: it has no span, and nothing is traced while it is handled.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Context, context as contextApi } from '@opentelemetry/api';
import { suppressTracing } from '../../core/suppression.js';
import { extractRequestContext } from './extract-request-context.js';
import type { EmitFunction } from './traced-request.js';

const ignoredRequests = new WeakSet<IncomingMessage>();

/** Whether a request is ignored already, so that a server to which another server passes it does not trace it. */
export function isIgnoredRequest(request: IncomingMessage): boolean {
  return ignoredRequests.has(request);
}

/** Ignores a request. Returns the context of its handler, which still has the baggage of the caller. */
export function ignoreRequest(request: IncomingMessage, response: ServerResponse): Context {
  ignoredRequests.add(request);
  const context = suppressTracing(extractRequestContext(request).context);
  bindEvents(request, context);
  bindEvents(response, context);
  return context;
}

/** Runs the listeners of an emitter in a context, although the connection emits the events. */
function bindEvents(emitter: IncomingMessage | ServerResponse, context: Context): void {
  const original = emitter.emit as EmitFunction;
  emitter.emit = function emit(event: string | symbol, ...args: unknown[]): boolean {
    return contextApi.with(context, original, emitter, event, ...args);
  };
}
