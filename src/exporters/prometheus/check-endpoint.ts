// Looks at one's own page, as a scrape would.

import type { Check } from '../../core/check.js';
import { get } from 'node:http';
import { context as apiContext } from '@opentelemetry/api';
import { safeText } from '../../core/diagnostics.js';
import { suppressTracing } from '../../core/suppression.js';
import type { ScrapeServer } from './scrape-server.js';
import { CONTENT_TYPES } from './text-format.js';

const TIMEOUT_MS = 5_000;

/** Scrapes the page. Never rejects. */
export async function checkEndpoint(served: ScrapeServer): Promise<Check> {
  const name = 'prometheus';
  const refused = await served.bound;
  if (refused !== undefined) {
    const [message = refused, ...fix] = refused.split(/(?<=\.) /);
    return { name, status: 'error', message, fix: fix.join(' ') };
  }
  try {
    const { status, bytes } = await scrape(served.url);
    if (status === 200) return { name, status: 'ok', message: `${served.url} serves ${bytes} bytes` };
    return { name, status: 'error', message: `${served.url} answered ${status}` };
  } catch (error) {
    return { name, status: 'error', message: `${served.url}: ${safeText(error)}` };
  }
}

interface Scrape {
  readonly status: number;
  readonly bytes: number;
}

function scrape(shown: string): Promise<Scrape> {
  const url = new URL(shown);
  // What listens on every interface is reached by loopback.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  const options = { headers: { accept: CONTENT_TYPES.openmetrics }, timeout: TIMEOUT_MS, agent: false };
  // The look must leave no span behind.
  return apiContext.with(
    suppressTracing(apiContext.active()),
    () =>
      new Promise<Scrape>((resolve, reject) => {
        const request = get(url, options, response => {
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes }));
          response.on('error', reject);
        });
        request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
        request.on('error', reject);
      }),
  );
}
