// What the receiver answers: the OTLP endpoints and the JSON API.
//
//   POST /v1/traces        OTLP, JSON or protobuf, answered in the same form
//   POST /v1/metrics       taken and thrown away with an empty success, so that an SDK that sends everything
//   POST /v1/logs          to one endpoint does not log errors
//   GET  /api/traces       { traces: TraceSummary[], stats }, newest first; ?limit=100
//   GET  /api/traces/:id   JsonTrace: the numbers of the printed tree

import type { IncomingMessage } from 'node:http';
import { traceJson } from '../analysis/index.js';
import type { BodyReader } from './body-reader.js';
import { decodeExport, encodingFromContentType } from './decode-export.js';
import { HttpError } from './receiver-error.js';
import { type ResponseBody, exportResponse, jsonResponse } from './response.js';
import type { TraceStore } from './trace-store.js';

/** What the routes work on. */
export interface RouteContext {
  readonly store: TraceStore;
  readonly bodies: BodyReader;
  readonly maxBodyBytes: number;
}

const DEFAULT_LIMIT = 100;
const EXPORTS: ReadonlySet<string> = new Set(['/v1/traces', '/v1/metrics', '/v1/logs']);
const TRACE_PATH = /^\/api\/traces\/([^/]+)$/;

/**
 * Answers a request that has passed the access check.
 *
 * @throws Refusal with the status, Aborted where the client went away
 */
export async function routeRequest(request: IncomingMessage, context: RouteContext): Promise<ResponseBody> {
  const { path, query } = splitRequestTarget(request.url ?? '/');
  if (EXPORTS.has(path)) {
    requireMethod(request, ['POST']);
    return receiveExport(request, path, context);
  }
  const traceId = TRACE_PATH.exec(path)?.[1];
  if (path !== '/api/traces' && traceId === undefined) throw notFoundError(path);
  requireMethod(request, ['GET', 'HEAD']);
  if (traceId !== undefined) return traceResponse(traceId, context.store);
  return jsonResponse({ traces: context.store.list(limitOf(query)), stats: context.store.stats() });
}

/** Whether a path belongs to OTLP, so that even a refusal is written in its form. */
export function isExportUrl(url: string | undefined): boolean {
  return EXPORTS.has(splitRequestTarget(url ?? '/').path);
}

async function receiveExport(request: IncomingMessage, path: string, context: RouteContext): Promise<ResponseBody> {
  const { bodies, maxBodyBytes, store } = context;
  const encoding = encodingFromContentType(request.headers['content-type']);
  const body = await bodies.read(request);
  if (path !== '/v1/traces') return exportResponse(encoding);
  const contentEncoding = request.headers['content-encoding'];
  const { spans, problems } = await decodeExport({ body, encoding, contentEncoding, maxBodyBytes });
  const dropped = store.add(spans);
  const reasons = [
    ...(problems[0] === undefined ? [] : [problems[0].message]),
    ...(dropped === 0 ? [] : ['The trace alone is larger than the receiver keeps (--max-bytes).']),
  ];
  return exportResponse(encoding, problems.length + dropped, reasons.join(' '));
}

function traceResponse(traceId: string, store: TraceStore): ResponseBody {
  const trace = store.get(traceId.toLowerCase());
  if (trace === undefined)
    throw new HttpError(404, 'No trace with this id is in memory; GET /api/traces lists them.');
  return jsonResponse(traceJson(trace));
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit');
  if (text === null) return DEFAULT_LIMIT;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new HttpError(400, 'limit must be a whole number above 0.');
}

function requireMethod(request: IncomingMessage, methods: readonly string[]): void {
  if (methods.includes(request.method ?? '')) return;
  throw new HttpError(405, `Use ${methods.join(' or ')} here.`, { allow: methods.join(', ') });
}

function notFoundError(path: string): HttpError {
  if (path.endsWith('/v1/traces')) {
    return new HttpError(
      404,
      'The path /v1/traces stands behind something else; set the endpoint to the base URL.',
    );
  }
  return new HttpError(404, 'Nothing is here. Send spans to POST /v1/traces, read them at GET /api/traces.');
}

/** Path and query without URL's normalisation, which throws on some targets. */
function splitRequestTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  return { path, query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)) };
}
