// The routes of the receiver: the OTLP endpoints and the JSON API.
//
//   POST /v1/traces           OTLP as JSON or protobuf; the response has the same encoding
//   POST /v1/metrics          accepted with an empty success and discarded, so that an SDK that sends all signals to one
//   POST /v1/logs             endpoint does not log errors
//   GET  /api/v1/traces       { schema: 1, traces: TraceSummary[], stats }, newest first; ?limit=100
//   GET  /api/v1/traces/:id   JsonTrace: the figures of the printed tree

import type { IncomingMessage } from 'node:http';
import { traceJson } from '../analysis/index.js';
import type { BodyReader } from './body-reader.js';
import { decodeExport, parseContentType } from './decode-export.js';
import { HttpError } from './http-error.js';
import { createExportResponse, createJsonResponse, type ResponseBody } from './response.js';
import type { TraceStore } from './trace-store.js';

/** The dependencies of the routes. */
export interface RouteContext {
  readonly store: TraceStore;
  readonly bodies: BodyReader;
  readonly maxBodyBytes: number;
}

const DEFAULT_LIMIT = 100;
const EXPORT_PATHS: ReadonlySet<string> = new Set(['/v1/traces', '/v1/metrics', '/v1/logs']);
const LIST_PATH = '/api/v1/traces';
const TRACE_PATH = /^\/api\/v1\/traces\/([^/]+)$/;

/**
 * Handles a request that has passed the check of host and origin.
 *
 * @returns the body of a response with status 200
 * @throws HttpError with another status
 * @throws RequestAbortedError if the client closes the connection
 */
export async function routeRequest(request: IncomingMessage, context: RouteContext): Promise<ResponseBody> {
  const { path, query } = splitRequestTarget(request.url ?? '/');
  if (EXPORT_PATHS.has(path)) {
    requireMethod(request, ['POST']);
    return receiveExport(request, path, context);
  }
  const traceId = TRACE_PATH.exec(path)?.[1];
  if (path !== LIST_PATH && traceId === undefined) throw createNotFoundError(path);
  // An exporter whose endpoint ends in /api posts to this path.
  requireMethod(request, ['GET', 'HEAD'], ' Send spans to POST /v1/traces.');
  if (traceId !== undefined) return createTraceResponse(traceId, context.store);
  const traces = context.store.list(parseLimit(query));
  return createJsonResponse({ schema: 1, traces, stats: context.store.stats() });
}

/** Whether a URL is an OTLP endpoint, so that errors have the encoding of the request. */
export function isExportUrl(url: string | undefined): boolean {
  return EXPORT_PATHS.has(splitRequestTarget(url ?? '/').path);
}

async function receiveExport(
  request: IncomingMessage,
  path: string,
  context: RouteContext,
): Promise<ResponseBody> {
  const { bodies, maxBodyBytes, store } = context;
  const encoding = parseContentType(request.headers['content-type']);
  const body = await bodies.read(request);
  if (path !== '/v1/traces') return createExportResponse(encoding);
  const contentEncoding = request.headers['content-encoding'];
  const { spans, problems } = await decodeExport({ body, encoding, contentEncoding, maxBodyBytes });
  const droppedSpans = store.add(spans);
  const reasons = [
    ...(problems[0] === undefined ? [] : [problems[0].message]),
    ...(droppedSpans === 0
      ? []
      : ['This trace alone exceeds the memory limit of the receiver (--max-bytes).']),
  ];
  return createExportResponse(encoding, problems.length + droppedSpans, reasons.join(' '));
}

function createTraceResponse(traceId: string, store: TraceStore): ResponseBody {
  const trace = store.get(traceId.toLowerCase());
  if (trace === undefined)
    throw new HttpError(404, `No trace with this id is in memory. GET ${LIST_PATH} lists the traces.`);
  return createJsonResponse(traceJson(trace));
}

function parseLimit(query: URLSearchParams): number {
  const text = query.get('limit');
  if (text === null) return DEFAULT_LIMIT;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new HttpError(400, 'The parameter limit must be a whole number above 0.');
}

function requireMethod(request: IncomingMessage, methods: readonly string[], hint = ''): void {
  if (methods.includes(request.method ?? '')) return;
  throw new HttpError(405, `This path allows only ${methods.join(' and ')}.${hint}`, {
    allow: methods.join(', '),
  });
}

function createNotFoundError(path: string): HttpError {
  if (path.endsWith('/v1/traces')) {
    return new HttpError(
      404,
      'The path ends with /v1/traces but has more before it. Set the endpoint to the base URL.',
    );
  }
  return new HttpError(
    404,
    `There is nothing at this path. Send spans to POST /v1/traces, read traces at GET ${LIST_PATH}.`,
  );
}

/** Splits path and query without `new URL`, which throws on some targets and normalises others. */
function splitRequestTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  return { path, query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)) };
}
