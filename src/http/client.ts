// A traced fetch: one CLIENT span for each call, from the request to the last byte of the response.

import { type Context, context as apiContext, type Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
import { suppressBelowClientSpan } from '../core/suppression.js';
import { type ActiveTracer, getActiveTracer } from '../span/active-tracer.js';
import { endSpan, OpenSpan } from '../span/open-span.js';
import { nextStartOrder, recordFailure } from '../span/record-failure.js';
import { startSpanOn } from '../span/start-span.js';
import { readFetch } from './check-options.js';
import { addContextHeaders, type FetchArguments, type FetchRequest, readFetchRequest } from './request.js';
import { observeResponse } from './response-body.js';
import { describeMethod, recordStatus, createServerAttributes } from './semantic-conventions.js';
import { parseUrl } from './url.js';

/** A function with the signature of `fetch`. */
export type Fetch = typeof fetch;

/**
 * Creates a fetch whose calls are CLIENT spans and propagate the context. If OpenTelemetry instruments fetch as well, there
 * is still one span for each call. 4xx and 5xx are errors on the span; a call that its own signal aborts is not.
 * Responses and rejections are those of the underlying fetch. The headers of the caller are not changed.
 *
 * @param fetch the underlying fetch. @default the global fetch at the time of the call
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 * @example
 * const api = traceFetch();
 * const response = await api('https://api.example/orders', { method: 'POST', body });
 */
export function traceFetch(fetch?: Fetch): Fetch {
  const given = readFetch(fetch);
  return async function traceFetch(...args: FetchArguments): Promise<Response> {
    const send: Fetch = given ?? globalThis.fetch;
    const tracer = getActiveTracer();
    // Without a tracer there are no spans, but an incoming context is still passed on.
    if (tracer === undefined) return send(...addContextHeaders(args, apiContext.active()));
    return sendInSpan(send, args, tracer);
  };
}

async function sendInSpan(send: Fetch, args: FetchArguments, tracer: ActiveTracer): Promise<Response> {
  const request = readFetchRequest(args);
  const active = tracer.contextManager.active();
  const span = startClientSpan(request, tracer, active);
  const order = nextStartOrder();
  const context = tracer.setSpan(active, span);
  const isError = (error: unknown): boolean => !isAbortedByCaller(error, request.signal);
  let response: Response;
  try {
    const argsWithContext = addContextHeaders(args, context);
    // An instrumentation of fetch gets the call, too. Suppressed, it adds neither a second span nor a second header.
    const suppressed = suppressBelowClientSpan(context);
    response = await tracer.contextManager.with(suppressed, () => send(...argsWithContext));
  } catch (error) {
    recordFailure(span, error, order, isError);
    if (isError(error)) recordCauseCode(span, error);
    endSpan(span);
    throw error;
  }
  recordStatus(span, response?.status, 400);
  if (!span.isRecording()) {
    endSpan(span);
    return response;
  }
  return observeResponse(response, new OpenSpan(span, order, context, tracer, isError));
}

function startClientSpan(request: FetchRequest, tracer: ActiveTracer, active: Context): Span {
  const method = describeMethod(request.method);
  const url = parseUrl(request.url);
  const attributes = { ...method.attributes };
  if (url !== undefined) Object.assign(attributes, createServerAttributes(url), { 'url.full': url.full });
  return startSpanOn(tracer, method.name, { kind: 'client', attributes }, active);
}

/** Whether the caller aborted the request. A time-out of its signal is a failure. */
function isAbortedByCaller(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted !== true) return false;
  const { name } = (error ?? {}) as { name?: unknown };
  return name !== 'TimeoutError' && (name === 'AbortError' || error === signal.reason);
}

/** Records the code of the cause as `error.type`: ECONNREFUSED, ENOTFOUND. The error itself is only `fetch failed`. */
function recordCauseCode(span: Span, error: unknown): void {
  const code = guarded('reading the cause of an error', () => readCauseCode(error), undefined);
  if (typeof code === 'string') span.setAttribute('error.type', code);
}

function readCauseCode(error: unknown): unknown {
  return ((error as { cause?: unknown } | null)?.cause as { code?: unknown } | null | undefined)?.code;
}
