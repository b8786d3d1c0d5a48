// Is anybody there? One empty OTLP request.

import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { context as apiContext } from '@opentelemetry/api';
import { suppressTracing } from '../core/suppression.js';
import { safeText } from '../core/diagnostics.js';
import { maskEndpoint } from '../core/endpoint.js';
import type { Check, OtlpSettings } from './exporter.js';

/** A request without spans, as each protocol writes it: in protobuf, nothing at all. */
const EMPTY_REQUEST = {
  'http/protobuf': { type: 'application/x-protobuf', body: '' },
  'http/json': { type: 'application/json', body: '{"resourceSpans":[]}' },
} as const;

/**
 * Posts an empty OTLP request and says what came back. Never rejects.
 *
 * @param name the exporter's name
 * @param settings where it sends
 */
export async function probe(name: string, settings: OtlpSettings): Promise<Check> {
  const shown = maskEndpoint(settings.endpoint);
  try {
    const status = await post(settings);
    if (status >= 200 && status < 300) return { name, status: 'ok', message: `${shown} accepts spans` };
    return { name, status: 'error', message: `${shown} answered ${status}`, fix: fixFor(status) };
  } catch (error) {
    return { name, status: 'error', message: `${shown}: ${safeText(error)}`, fix: START_ONE };
  }
}

const START_ONE =
  "Start a receiver with 'npx @do/trace view', or choose a destination with the 'exporter' option of init().";

function fixFor(status: number): string {
  if (status === 401 || status === 403) return 'The key or token in the headers is missing or wrong.';
  if (status === 404) return 'The path is wrong: OTLP over HTTP is posted to /v1/traces.';
  return 'Look at the log of the receiver.';
}

function post(settings: OtlpSettings): Promise<number> {
  const url = new URL(settings.endpoint);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const { type, body } = EMPTY_REQUEST[settings.protocol];
  const headers = { ...settings.headers, 'content-type': type, 'content-length': body.length };
  // The probe itself must leave no span behind.
  return apiContext.with(
    suppressTracing(apiContext.active()),
    () =>
      new Promise<number>((resolve, reject) => {
        const request = send(
          url,
          { method: 'POST', headers, timeout: settings.timeoutMs, ...settings.tls },
          (response: IncomingMessage) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          },
        );
        request.on('timeout', () => request.destroy(new Error(`no answer within ${settings.timeoutMs} ms`)));
        request.on('error', reject);
        request.end(body);
      }),
  );
}
