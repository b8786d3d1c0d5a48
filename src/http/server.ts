// Servers of the form `Request -> Response`: one SERVER span for each request, in the trace of the caller.

import { type Attributes, context as apiContext, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { getRpcMetadata, type RpcMetadata } from '../context/rpc-metadata.js';
import { guarded } from '../core/guard.js';
import type { AcceptedContext } from '../core/propagation-policy.js';
import { extract } from '../propagation/extract.js';
import { acceptIncoming } from '../propagation/incoming-context.js';
import { getActiveTracer } from '../span/active-tracer.js';
import { nextStartOrder, recordFailure } from '../span/record-failure.js';
import { requireFunction } from '../span/require-function.js';
import { runInSpan } from '../span/span.js';
import { readHandlerOptions } from './check-options.js';
import { applyRoute, formatSpanName, type HandlerOptions, readRoute, createRouteAttribute } from './route.js';
import {
  describeMethod,
  recordStatus,
  type RequestMethod,
  createServerAttributes,
} from './semantic-conventions.js';
import { parseUrl } from './url.js';

type HandlerResult = Response | Promise<Response>;

const READING = 'reading the request';

/**
 * Traces a request handler, for Hono, Next, Bun, Deno, Workers and other servers that map a `Request` to a `Response`.
 * The span continues the trace of the caller and ends when the response body is read to its end or cancelled. 5xx is an
 * error, 4xx is not. If OpenTelemetry has created a span for the request already (node:http below), that span gets route and
 * name, and there is no second one.
 *
 * @param fn the handler. Its further parameters (`env`, `ctx`, `params`), `this` and result are unchanged
 * @param options the route and the classification of errors
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 * @example
 * export const GET = traceHandler(request => Response.json(findOrder(request)), { route: '/orders/:id' });
 */
export function traceHandler<R extends Request, Rest extends unknown[], T extends HandlerResult>(
  fn: (request: R, ...rest: Rest) => T,
  options?: HandlerOptions<R>,
): (request: R, ...rest: Rest) => T {
  requireFunction(fn, 'traceHandler');
  const checked = readHandlerOptions<R>(options);
  return function handled(this: unknown, request: R, ...rest: Rest): T {
    const work = (): T => Reflect.apply(fn, this, [request, ...rest]);
    const tracer = getActiveTracer();
    // Without a tracer there are no spans, but the context of the caller is still passed on.
    if (tracer === undefined) return apiContext.with(extractContext(request).context, work);
    const metadata = getRpcMetadata(tracer.contextManager.active());
    return metadata === undefined
      ? handleInNewSpan(request, work, checked)
      : handleInExistingSpan(metadata, request, work, checked);
  };
}

function handleInNewSpan<R extends Request, T extends HandlerResult>(
  request: R,
  work: () => T,
  options: HandlerOptions<R>,
): T {
  const method = readMethod(request);
  const route = readRoute(request, options);
  const { context: parent, link } = extractContext(request);
  const spanOptions = {
    kind: 'server',
    attributes: { ...method.attributes, ...createRequestAttributes(request), ...createRouteAttribute(route) },
    parent,
    ...(link === undefined ? {} : { links: [link] }),
    // The body of a response to HEAD is never read, so it would never end the span.
    stream: method.name !== 'HEAD',
  } as const;
  let serverSpan: Span | undefined;
  const isError = (error: unknown): boolean => isFailure(error, serverSpan, request, options);
  return runInSpan(formatSpanName(method.name, route), { ...spanOptions, isError }, span => {
    serverSpan = span;
    return inspectResponse(work(), response => {
      if (route === undefined) applyRoute(span, method.name, readRoute(request, options));
      recordStatus(span, response?.status, 500);
    });
  });
}

/** Handles a request whose span an instrumentation created. The span gets a name here, and the instrumentation ends it. */
function handleInExistingSpan<R extends Request, T extends HandlerResult>(
  metadata: RpcMetadata,
  request: R,
  work: () => T,
  options: HandlerOptions<R>,
): T {
  const { span } = metadata;
  const order = nextStartOrder();
  const method = readMethod(request).name;
  let route: string | undefined;
  const updateRoute = (): void => {
    if (route !== undefined) return;
    route = readRoute(request, options);
    if (route !== undefined) metadata.route = route;
    applyRoute(span, method, route);
  };
  const fail = (error: unknown): void => {
    updateRoute();
    recordFailure(span, error, order, thrown => isFailure(thrown, span, request, options));
  };
  updateRoute();
  try {
    const result = work();
    if (result instanceof Promise) void result.then(updateRoute, fail);
    else updateRoute();
    return result;
  } catch (error) {
    fail(error);
    throw error;
  }
}

/** Calls `inspect` with the response before code that awaits it continues. */
function inspectResponse<T extends HandlerResult>(result: T, inspect: (response: Response) => void): T {
  const passThrough = (response: Response): Response => {
    guarded('inspecting a response', () => inspect(response), undefined);
    return response;
  };
  return (result instanceof Promise ? result.then(passThrough) : passThrough(result)) as T;
}

/** Whether a thrown value is a failure of the server. A client that disconnects and a thrown Response are not. */
function isFailure<R extends Request>(
  error: unknown,
  span: Span | undefined,
  request: R,
  options: HandlerOptions<R>,
): boolean {
  if (error instanceof Response) {
    if (span !== undefined) recordStatus(span, error.status, 500);
    return false;
  }
  const signal = guarded(READING, () => request.signal, undefined);
  const isDisconnect = signal?.aborted === true && (error === signal.reason || isAbortError(error));
  return !isDisconnect && options.isError?.(error) !== false;
}

function isAbortError(error: unknown): boolean {
  return (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
}

/** Extracts the context of the caller. Only the headers supply the parent, so the active context is not the base. */
function extractContext(request: Request): AcceptedContext {
  const headers = guarded(READING, () => request.headers, undefined);
  const extracted = extract(headers, ROOT_CONTEXT);
  return acceptIncoming(extracted, headers ?? {}, () => ({
    remoteAddress: undefined,
    url: guarded(READING, () => readPathAndQuery(request.url), '/'),
  }));
}

function readPathAndQuery(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function readMethod(request: Request): RequestMethod {
  return describeMethod(guarded(READING, () => request?.method, undefined));
}

function createRequestAttributes(request: Request): Attributes {
  return guarded(
    READING,
    () => {
      const url = parseUrl(request.url);
      const userAgent = request.headers.get('user-agent');
      const attributes: Attributes = userAgent === null ? {} : { 'user_agent.original': userAgent };
      if (url === undefined) return attributes;
      if (url.query !== '') attributes['url.query'] = url.query;
      return {
        ...attributes,
        ...createServerAttributes(url),
        'url.scheme': url.scheme,
        'url.path': url.path,
      };
    },
    {},
  );
}
