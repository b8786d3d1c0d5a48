// The headers of a request: an object, or a function that is called for each request, for credentials that expire.

import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { safeText } from '../../core/diagnostics.js';
import { isHeaderName, isHeaderValue } from '../../core/header-syntax.js';
import { suppressTracing } from '../../core/suppression.js';
import type { TransportFailure } from '../transport.js';

/** Names and values of headers. */
export type HeaderRecord = Readonly<Record<string, string>>;

/** Headers, or a function that returns them before each request. */
export type RequestHeaders = HeaderRecord | (() => HeaderRecord | Promise<HeaderRecord>);

/**
 * Calls the function of the headers. Its own requests do not become spans. Never rejects.
 *
 * @param getHeaders the function, which may throw, reject or never resolve
 * @param signal ends the wait
 * @returns the headers, or the failure of the request
 */
export async function callHeaders(
  getHeaders: () => HeaderRecord | Promise<HeaderRecord>,
  signal: AbortSignal,
): Promise<{ readonly headers: HeaderRecord } | TransportFailure> {
  const timedOut = failure('it did not return in time');
  try {
    const headers: unknown = await Promise.race([
      context.with(suppressTracing(ROOT_CONTEXT), async () => getHeaders()),
      aborted(signal).then(() => timedOut),
    ]);
    if (headers === timedOut) return timedOut;
    const valid = validHeaders(headers);
    return valid === undefined ? failure('it returned no valid headers') : { headers: valid };
  } catch (error) {
    // The function of the application failed. The batch is sent again, and the function is called again.
    return failure(safeText(error));
  }
}

/** Blanks around a value are removed, such as the line end of a file that holds a token. */
function validHeaders(headers: unknown): HeaderRecord | undefined {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return undefined;
  const entries = Object.entries<unknown>({ ...headers });
  const valid: [string, string][] = [];
  for (const [name, value] of entries) {
    if (typeof value !== 'string' || !isHeaderName(name) || !isHeaderValue(value.trim())) return undefined;
    valid.push([name, value.trim()]);
  }
  return Object.fromEntries(valid);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function failure(message: string): TransportFailure {
  return { kind: 'failure', code: 'HEADERS', message, isRequestSent: false, wireBytes: 0 };
}
