// The route of a request, which turns the span name `GET /orders/4711` into `GET /orders/:id`.

import type { Attributes, Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';

/** The options of `traceHandler`. */
export interface HandlerOptions<R extends Request = Request> {
  /**
   * The pattern of the route, `/orders/:id`, or a function that returns it. Never the path itself, because each order would
   * get a separate span name. A function that returns undefined is called again when the response exists. @default none
   */
  readonly route?: string | ((request: R) => string | undefined) | undefined;
  /** Whether a thrown value is a failure. `false`, for a redirect that is thrown, leaves the status unset. @default every thrown value */
  readonly isError?: ((error: unknown) => boolean) | undefined;
}

/** Reads the route of a request, as far as it is known. An option that throws returns no route. */
export function readRoute<R extends Request>(request: R, { route }: HandlerOptions<R>): string | undefined {
  if (typeof route !== 'function') return route;
  const result: unknown = guarded('the route option of traceHandler', () => route(request), undefined);
  return typeof result === 'string' && result !== '' ? result : undefined;
}

/** Returns the route as an attribute. */
export function createRouteAttribute(route: string | undefined): Attributes {
  return route === undefined ? {} : { 'http.route': route };
}

/** Formats a span name: method and route, or the method alone. It never contains the path. */
export function formatSpanName(method: string, route: string | undefined): string {
  return route === undefined ? method : `${method} ${route}`;
}

/** Sets the route and the name of a span that has started. */
export function applyRoute(span: Span, method: string, route: string | undefined): void {
  if (route === undefined) return;
  span.setAttribute('http.route', route);
  span.updateName(formatSpanName(method, route));
}
