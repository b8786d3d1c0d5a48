// Servers of the shape `Request -> Response`: one SERVER span for each request, in the trace of its caller.

import { type Attributes, context as apiContext, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
import { extract } from '../propagation/extract.js';
import { nextStartOrder, recordFailure } from '../span/record-failure.js';
import { runInSpan } from '../span/span.js';
import { getActiveTracer } from '../span/active-tracer.js';
import { type RequestMethod, describeMethod, recordStatus, serverAttributes } from './semantic-conventions.js';
import { type HandlerOptions, applyRoute, formatSpanName, routeAttribute, readRoute } from './route.js';
import { type RpcMetadata, getRpcMetadata } from '../context/rpc-metadata.js';
import { parseUrl } from './url.js';

type HandlerResult = Response | Promise<Response>;

const READING = 'reading the request';

/**
 * Traces a handler of requests, for Hono, Next, Bun, Deno, Workers and whatever else answers a `Request` with a
 * `Response`. The span goes on with the caller's trace and ends when the response's body was read or cancelled.
 * 5xx is an error, 4xx is none. Where OpenTelemetry has made a span for the request already (node:http below), that
 * one gets route and name, and there is no second.
 *
 * @param fn the handler; further parameters (`env`, `ctx`, `params`), `this` and result stay its own
 * @param options the route's name
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 * @example
 * export const GET = handler(request => Response.json(findOrder(request)), { route: '/orders/:id' });
 */
export function handler<R extends Request, Rest extends unknown[], T extends HandlerResult>(
  fn: (request: R, ...rest: Rest) => T,
  options: HandlerOptions<R> = {},
): (request: R, ...rest: Rest) => T {
  return function handled(this: unknown, request: R, ...rest: Rest): T {
    const work = (): T => Reflect.apply(fn, this, [request, ...rest]);
    const way = getActiveTracer();
    // Nothing is recorded; what the caller sent travels on all the same.
    if (way === undefined) return apiContext.with(remoteContext(request), work);
    const served = getRpcMetadata(way.contextManager.active());
    return served === undefined
      ? inOwnSpan(request, work, options)
      : inServedRequest(served, request, work, options);
  };
}

function inOwnSpan<R extends Request, T extends HandlerResult>(
  request: R,
  work: () => T,
  options: HandlerOptions<R>,
): T {
  const method = methodIn(request);
  const route = readRoute(request, options);
  const spanOptions = {
    kind: 'server',
    attributes: { ...method.attributes, ...requestAttributes(request), ...routeAttribute(route) },
    parent: remoteContext(request),
    // Nobody reads the body of an answer to HEAD, so nothing would ever end the span.
    stream: method.name !== 'HEAD',
  } as const;
  let recorded: Span | undefined;
  const isError = (error: unknown): boolean => isFailure(error, recorded, request, options);
  return runInSpan(formatSpanName(method.name, route), { ...spanOptions, isError }, span => {
    recorded = span;
    return whenAnswered(work(), response => {
      if (route === undefined) applyRoute(span, method.name, readRoute(request, options));
      recordStatus(span, response?.status, 500);
    });
  });
}

/** The span is another's: it is named here, and ends where it was made. */
function inServedRequest<R extends Request, T extends HandlerResult>(
  served: RpcMetadata,
  request: R,
  work: () => T,
  options: HandlerOptions<R>,
): T {
  const { span } = served;
  const order = nextStartOrder();
  const method = methodIn(request).name;
  let route: string | undefined;
  const name = (): void => {
    if (route !== undefined) return;
    route = readRoute(request, options);
    if (route !== undefined) served.route = route;
    applyRoute(span, method, route);
  };
  const failed = (error: unknown): void => {
    name();
    recordFailure(span, error, order, thrown => isFailure(thrown, span, request, options));
  };
  name();
  try {
    const answer = work();
    if (answer instanceof Promise) void answer.then(name, failed);
    else name();
    return answer;
  } catch (error) {
    failed(error);
    throw error;
  }
}

/** Looks at the answer before whoever waits for it does. */
function whenAnswered<T extends HandlerResult>(answer: T, look: (response: Response) => void): T {
  const seen = (response: Response): Response => {
    guarded('looking at a response', () => look(response), undefined);
    return response;
  };
  return (answer instanceof Promise ? answer.then(seen) : seen(answer)) as T;
}

/** Whether what was thrown is a failure of the server: not a client that left, nor a response thrown as one. */
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
  const left = signal?.aborted === true && (error === signal.reason || isAbort(error));
  return !left && options.isError?.(error) !== false;
}

function isAbort(error: unknown): boolean {
  return (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
}

/** The carrier alone says where the story comes from: what is active here must not become its parent. */
function remoteContext(request: Request): ReturnType<typeof extract> {
  return extract(
    guarded(READING, () => request.headers, undefined),
    ROOT_CONTEXT,
  );
}

function methodIn(request: Request): RequestMethod {
  return describeMethod(guarded(READING, () => request?.method, undefined));
}

function requestAttributes(request: Request): Attributes {
  return guarded(
    READING,
    () => {
      const url = parseUrl(request.url);
      const agent = request.headers.get('user-agent');
      const attributes: Attributes = agent === null ? {} : { 'user_agent.original': agent };
      if (url === undefined) return attributes;
      if (url.query !== '') attributes['url.query'] = url.query;
      return { ...attributes, ...serverAttributes(url), 'url.scheme': url.scheme, 'url.path': url.path };
    },
    {},
  );
}
