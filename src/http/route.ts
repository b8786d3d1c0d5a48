// The route of a request: what makes `GET /orders/4711` the span `GET /orders/:id`.

import type { Attributes, Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';

/** What the request alone does not tell. */
export interface HandlerOptions<R extends Request = Request> {
  /**
   * The route's pattern, `/orders/:id`, or how to find it; never the path itself, which would make each order a name of
   * its own. A function that answers undefined is asked once more when the response is there. @default none
   */
  readonly route?: string | ((request: R) => string | undefined);
  /** Tells failures from control flow that is thrown (redirects): `false` leaves the status unset. @default all are failures */
  readonly isError?: (error: unknown) => boolean;
}

/** The route of a request, as far as it is known by now; an option that throws knows none. */
export function readRoute<R extends Request>(request: R, { route }: HandlerOptions<R>): string | undefined {
  if (typeof route !== 'function') return route;
  const found: unknown = guarded('the route option of handler', () => route(request), undefined);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The route as a span's attribute. */
export function routeAttribute(route: string | undefined): Attributes {
  return route === undefined ? {} : { 'http.route': route };
}

/** A span's name: method and route, or the method alone; never the path. */
export function formatSpanName(method: string, route: string | undefined): string {
  return route === undefined ? method : `${method} ${route}`;
}

/** Names a span that has begun. */
export function applyRoute(span: Span, method: string, route: string | undefined): void {
  if (route === undefined) return;
  span.setAttribute('http.route', route);
  span.updateName(formatSpanName(method, route));
}
