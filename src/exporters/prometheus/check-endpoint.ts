// The check of the prometheus exporter: one scrape of its own metrics endpoint.

import { get } from 'node:http';
import { context as apiContext } from '@opentelemetry/api';
import type { Check } from '../../core/check.js';
import { safeText } from '../../core/diagnostics.js';
import { suppressTracing } from '../../core/suppression.js';
import type { ScrapeServer } from './scrape-server.js';
import { CONTENT_TYPES } from './text-format.js';

interface ScrapeResult {
  readonly status: number;
  readonly bytes: number;
}

const NAME = 'prometheus';
const TIMEOUT_MS = 5_000;

/** Scrapes the endpoint. Never rejects. */
export async function checkEndpoint(server: Pick<ScrapeServer, 'url' | 'bound'>): Promise<Check> {
  const failure = await server.bound;
  if (failure !== undefined) {
    const { code, message, why = '', fix, source = NAME } = failure;
    return { name: NAME, status: 'error', code, message, why, ...(fix === undefined ? {} : { fix }), source };
  }
  try {
    const { status, bytes } = await scrape(server.url);
    if (status === 200) return { name: NAME, status: 'ok', message: `${server.url} serves ${bytes} bytes` };
    return createScrapeFailure(`${server.url} responded with ${status}`);
  } catch (error) {
    return createScrapeFailure(`${server.url} cannot be scraped: ${safeText(error)}`);
  }
}

function createScrapeFailure(message: string): Check {
  const fix = 'Check that no other process listens at this address.';
  return { name: NAME, status: 'error', code: 'metrics_scrape_failed', message, fix, source: NAME };
}

function scrape(endpoint: string): Promise<ScrapeResult> {
  const url = new URL(endpoint);
  // A server that listens on all addresses is reached at the loopback address.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  const options = { headers: { accept: CONTENT_TYPES.openmetrics }, timeout: TIMEOUT_MS, agent: false };
  // The request must not become a span.
  return apiContext.with(
    suppressTracing(apiContext.active()),
    () =>
      new Promise<ScrapeResult>((resolve, reject) => {
        const request = get(url, options, response => {
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes }));
          response.on('error', reject);
        });
        request.on('timeout', () => request.destroy(new Error(`no response within ${TIMEOUT_MS} ms`)));
        request.on('error', reject);
      }),
  );
}
