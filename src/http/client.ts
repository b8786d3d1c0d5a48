// A fetch that traces itself: one CLIENT span for each call, from the request to the last byte of the answer.

import { type Context, context as apiContext, type Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
import { suppressTracing } from '../core/suppression.js';
import { startSpanOn } from '../span/start-span.js';
import { nextStartOrder, recordFailure } from '../span/record-failure.js';
import { endSpan, OpenSpan } from '../span/open-span.js';
import { getActiveTracer, type ActiveTracer } from '../span/active-tracer.js';
import { observeResponse } from './response-body.js';
import { describeMethod, recordStatus, serverAttributes } from './semantic-conventions.js';
import { readFetchRequest, type FetchArguments, type FetchRequest, addContextHeaders } from './request.js';
import { parseUrl } from './url.js';

/** A function that is called as `fetch` is. */
export type Fetch = typeof fetch;

/**
 * Makes a fetch whose calls are CLIENT spans and carry the context. Where OpenTelemetry instruments fetch, too, there
 * is one span for each call all the same. 4xx and 5xx are errors on the span; a call that its own signal cancels is not.
 * Response and rejection are those of the given fetch, and the caller's headers are not changed.
 *
 * @param fetch what does the work. @default the global fetch of the moment
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 * @example
 * const api = tracedFetch();
 * const response = await api('https://api.example/orders', { method: 'POST', body });
 */
export function tracedFetch(fetch?: Fetch): Fetch {
  return async function tracedFetch(...given: FetchArguments): Promise<Response> {
    const send: Fetch = fetch ?? globalThis.fetch;
    const way = getActiveTracer();
    // Nothing is recorded; a context that came in goes out all the same.
    if (way === undefined) return send(...addContextHeaders(given, apiContext.active()));
    return sendInSpan(send, given, way);
  };
}

async function sendInSpan(send: Fetch, given: FetchArguments, way: ActiveTracer): Promise<Response> {
  const facts = readFetchRequest(given);
  const active = way.contextManager.active();
  const span = startSpan(facts, way, active);
  const order = nextStartOrder();
  const context = way.setSpan(active, span);
  const isError = (error: unknown): boolean => !isCancelled(error, facts.signal);
  let response: Response;
  try {
    const sent = addContextHeaders(given, context);
    // The instrumentation of fetch sees the call as well; suppressed, it makes no second span and no second header.
    const quiet = suppressTracing(context);
    response = await way.contextManager.with(quiet, () => send(...sent));
  } catch (error) {
    recordFailure(span, error, order, isError);
    if (isError(error)) recordCause(span, error);
    endSpan(span);
    throw error;
  }
  recordStatus(span, response?.status, 400);
  if (!span.isRecording()) {
    endSpan(span);
    return response;
  }
  return observeResponse(response, new OpenSpan(span, order, context, way, isError));
}

function startSpan(facts: FetchRequest, way: ActiveTracer, active: Context): Span {
  const method = describeMethod(facts.method);
  const url = parseUrl(facts.url);
  const attributes = { ...method.attributes };
  if (url !== undefined) Object.assign(attributes, serverAttributes(url), { 'url.full': url.full });
  return startSpanOn(way, method.name, { kind: 'client', attributes }, active);
}

/** Whether the caller itself called the request off. A signal that ran into its time limit is a failure. */
function isCancelled(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted !== true) return false;
  const { name } = (error ?? {}) as { name?: unknown };
  return name !== 'TimeoutError' && (name === 'AbortError' || error === signal.reason);
}

/** `fetch failed` tells nothing; the code of its cause does: ECONNREFUSED, ENOTFOUND. */
function recordCause(span: Span, error: unknown): void {
  const code = guarded('reading the cause of an error', () => causeCode(error), undefined);
  if (typeof code === 'string') span.setAttribute('error.type', code);
}

function causeCode(error: unknown): unknown {
  return ((error as { cause?: unknown } | null)?.cause as { code?: unknown } | null | undefined)?.code;
}
