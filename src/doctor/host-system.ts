// The clock, the DNS and the HTTP client of the machine as an interface, so that tests can replace them.

import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../core/clock.js';
import { type TlsOptions, toNodeTlsOptions } from '../delivery/http/tls-options.js';

/** The response to a GET request. */
export interface FetchedPage {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** The machine that the doctor runs on. */
export interface HostSystem {
  readonly clock: Clock;
  /** The addresses of a host. Rejects with the code of the operating system. */
  lookup(host: string): Promise<readonly string[]>;
  /** Sends a GET request. Returns undefined without a response within the limit. Never rejects. */
  fetchPage(url: string, timeoutMs: number, tls: TlsOptions | undefined): Promise<FetchedPage | undefined>;
  sleep(ms: number): Promise<void>;
}

const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** The machine by the modules of Node.js. */
export const nodeHost: HostSystem = {
  clock: systemClock,
  lookup: async host => (await lookup(host, { all: true })).map(({ address }) => address),
  fetchPage,
  sleep: ms => sleep(ms),
};

function fetchPage(url: string, timeoutMs: number, tls: TlsOptions = {}): Promise<FetchedPage | undefined> {
  return new Promise(resolve => {
    const get = url.startsWith('https:') ? https.get : http.get;
    const options = {
      agent: false as const,
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...toNodeTlsOptions(tls),
    };
    let hasResponse = false;
    const request = get(url, options, response => {
      hasResponse = true;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > MAX_PAGE_BYTES) request.destroy();
      });
      // A response that is cut off has no JSON that can be parsed, and so counts as another product.
      response.on('error', () => undefined);
      response.on('close', () => {
        const { statusCode: status = 0, headers } = response;
        const text = Buffer.concat(chunks).toString();
        resolve({ status, contentType: headers['content-type'] ?? '', text });
      });
    });
    // After a response, its `close` event follows and ends the promise.
    request.on('error', () => {
      if (!hasResponse) resolve(undefined);
    });
  });
}
