// Explains a response of the backend from the failure table and from the settings of the destination. It sends no request.

import type { Check } from '../core/check.js';
import type { DiagnosticCode } from '../core/diagnostic-codes.js';
import { maskEndpoint } from '../core/endpoint.js';
import { quoteBody } from '../delivery/send/failure-diagnostics.js';
import { findFailureByStatus, WEB_PAGE } from '../delivery/send/failure-table.js';
import type { TransportResponse } from '../delivery/transport.js';
import { createFaultCheck } from './check-results.js';
import type { ProbeContext } from './probe-context.js';
import type { Route } from './route.js';

const MAX_QUOTE_BYTES = 160;
const MAX_CONTENT_TYPE = 60;
const MAX_RETRY_AFTER = 40;
const KEY_HEADER = /auth|key|token|team|cookie/i;

/** The facts of a response that the table does not contain. */
interface ResponseFacts {
  readonly fact: string;
  readonly fix?: string;
  readonly status?: 'error' | 'warning';
}

/**
 * Explains a response.
 *
 * @param name the name of the check
 * @param response the response
 * @param context the destination and its route
 * @returns the fault, or undefined if an OTLP receiver accepted the request
 */
export function explainResponse(
  name: string,
  response: TransportResponse,
  context: Pick<ProbeContext, 'target' | 'route'>,
): Check | undefined {
  const { status } = response;
  const { route } = context;
  if (status >= 200 && status < 300) return explainSuccess(name, response, route);
  const entry = findFailureByStatus(status);
  const { fact, fix = entry.fix, status: severity } = describeResponse(response, entry.code, context);
  return createFaultCheck(
    name,
    {
      code: entry.code,
      message: `${route.displayEndpoint} responds with ${status}${fact}`,
      why: entry.why,
      fix,
      source: route.exporterName,
    },
    severity,
  );
}

/** A 2xx response that no OTLP receiver would send. */
function explainSuccess(
  name: string,
  { status, contentType = '', body }: TransportResponse,
  { displayEndpoint, exporterName: source }: Route,
): Check | undefined {
  const { code, why, fix, fact } = WEB_PAGE;
  if (contentType.includes('text/html')) {
    return createFaultCheck(name, {
      code,
      message: `${displayEndpoint} responds with ${status}: ${fact}`,
      why,
      fix,
      source,
    });
  }
  if (body.length === 0 || contentType === '' || /json|protobuf|octet-stream/.test(contentType)) {
    return undefined;
  }
  return createFaultCheck(
    name,
    {
      code: 'not_otlp_response',
      message: `${displayEndpoint} responds with ${status} and ${contentType.slice(0, MAX_CONTENT_TYPE)}, as no OTLP receiver does`,
      why: 'A server that accepts every request is probably at this address. The spans are lost.',
      fix: 'Check host, port and path of the endpoint.',
      source,
    },
    'warning',
  );
}

function describeResponse(
  response: TransportResponse,
  code: DiagnosticCode,
  { target, route }: Pick<ProbeContext, 'target' | 'route'>,
): ResponseFacts {
  const { status } = response;
  const { fact } = findFailureByStatus(status);
  const quote = quoteBody(response, MAX_QUOTE_BYTES);
  switch (code) {
    case 'redirected':
      return describeRedirect(response, route);
    case 'unauthorized':
    case 'forbidden':
      return describeRejectedKey(response, { target, route });
    case 'proxy_unauthorized':
      return {
        fact: `: ${fact}`,
        fix: `Set them in HTTPS_PROXY or HTTP_PROXY: http://user:password@proxy:3128. If ${route.endpoint.hostname} can be reached without the proxy, add it to NO_PROXY.`,
      };
    case 'request_too_large':
      return {
        fact: ': even a small request is too large for it',
        fix: 'Raise the body size limit of the backend or of the proxy in front of it (nginx: client_max_body_size), or lower delivery.maxChunkBytes.',
      };
    case 'rate_limited':
      return { fact: `: ${fact}${formatRetryAfter(response)}`, status: 'warning' };
    case 'path_not_found':
    case 'method_not_allowed':
      // Before this check is returned, the usual paths have been tried: failure-diagnosis.ts.
      return {
        fact: `: ${fact}${quote}`,
        fix: 'Check host and port, and whether OTLP over HTTP is enabled there. None of the usual paths accepts traces.',
      };
    default:
      return { fact: `: ${fact}${quote}` };
  }
}

function describeRedirect({ location }: TransportResponse, { endpoint }: Route): ResponseFacts {
  const to = resolveRedirect(location, endpoint);
  if (to === undefined) return { fact: ', a redirect without a target' };
  return {
    fact: `, a redirect to ${to}`,
    fix: `Set the endpoint to ${to}, if that is an OTLP receiver and not a login page.`,
  };
}

function describeRejectedKey(
  response: TransportResponse,
  { target, route }: Pick<ProbeContext, 'target' | 'route'>,
): ResponseFacts {
  const { destination, keySetting } = target;
  const keyHeader = Object.keys(destination.headers ?? {}).find(header => KEY_HEADER.test(header));
  const setting =
    keySetting ?? 'the headers of the exporter (OTEL_EXPORTER_OTLP_HEADERS, or otlp({ headers }))';
  if (keyHeader === undefined && route.endpoint.username === '') {
    return { fact: ': no API key or token is sent', fix: `Set it: ${setting}.` };
  }
  const key = `the key in ${keyHeader ?? 'the URL'}`;
  const fact = response.status === 401 ? `${key} is unknown` : `${key} has no permission to write spans`;
  return {
    fact: `: ${fact}${quoteBody(response, MAX_QUOTE_BYTES)}`,
    fix: `Check the key, its permissions and its region: ${setting}.`,
  };
}

/** The time of a Retry-After header, which is in seconds or a date. */
function formatRetryAfter({ retryAfter }: TransportResponse): string {
  if (retryAfter === undefined) return '';
  const text = retryAfter.trim().slice(0, MAX_RETRY_AFTER);
  return `, and Retry-After is ${text}${/^\d+$/.test(text) ? ' s' : ''}`;
}

/** The absolute target of a redirect, without its query, which may contain secrets. */
function resolveRedirect(location: string | undefined, from: URL): string | undefined {
  try {
    return location === undefined
      ? undefined
      : maskEndpoint(new URL(location, from).href.split(/[?#]/, 1)[0] ?? '');
  } catch {
    // The header holds no URL.
    return undefined;
  }
}
