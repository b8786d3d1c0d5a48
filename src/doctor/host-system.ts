// What the checks use of the machine, in one place: tests hand in another.

import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { type Clock, systemClock } from '../core/clock.js';
import type { TlsOptions } from '../delivery/http/transport.js';

/** An answer to a question about a stored trace. */
export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** The machine, as the checks see it. */
export interface DoctorWorld {
  readonly clock: Clock;
  /** The addresses of a host; rejects with the system's code. */
  lookup(host: string): Promise<readonly string[]>;
  /** Reads a page; undefined where nobody answers within the limit. Never rejects. */
  get(url: string, timeoutMs: number, tls: TlsOptions | undefined): Promise<Page | undefined>;
  pause(ms: number): Promise<void>;
}

const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** The real one. */
export const systemWorld: DoctorWorld = {
  clock: systemClock,
  lookup: async host => (await lookup(host, { all: true })).map(({ address }) => address),
  get: readPage,
  pause: ms =>
    new Promise(resolve => {
      setTimeout(resolve, ms);
    }),
};

function readPage(url: string, timeoutMs: number, tls: TlsOptions = {}): Promise<Page | undefined> {
  return new Promise(resolve => {
    const { ca, ...rest } = tls;
    const secure = {
      ...rest,
      ...(ca === undefined ? {} : { ca: Array.isArray(ca) ? [...ca] : (ca as string) }),
    };
    const get = url.startsWith('https:') ? https.get : http.get;
    const request = get(
      url,
      { agent: false, headers: { accept: 'application/json' }, ...secure },
      response => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size > MAX_PAGE_BYTES) request.destroy();
        });
        response.on('close', () => {
          clearTimeout(timer);
          const { statusCode: status = 0, headers } = response;
          resolve({
            status,
            contentType: headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    const timer = setTimeout(() => request.destroy(), timeoutMs);
    // Nobody there, or nobody who speaks HTTP: then nothing can be read back, and that is all there is to say.
    request.on('error', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
