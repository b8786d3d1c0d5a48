// A request's body in memory, within a bound for each request and one for all of them together.

import type { IncomingMessage } from 'node:http';
import { bodyTooLargeError } from './decode-export.js';
import { HttpError } from './receiver-error.js';

/** The client went away before its body was whole; nobody is left to answer. */
export class RequestAbortedError extends Error {
  override readonly name: string = 'Aborted';
}

/** Reads bodies; one for each server. */
export interface BodyReader {
  /**
   * The whole body.
   *
   * @throws Refusal 413 for more than the bound, 503 where too much is being received at once
   * @throws Aborted where the client went away
   */
  read(request: IncomingMessage): Promise<Uint8Array>;
}

/** How many full bodies may be in memory at once. */
const FULL_BODIES = 4;

/**
 * Makes a reader of bodies.
 *
 * @param maxBodyBytes bytes of one body at most
 */
export function createBodyReader(maxBodyBytes: number): BodyReader {
  let held = 0;
  return {
    read(request) {
      return new Promise((resolve, reject) => {
        let chunks: Uint8Array[] = [];
        let kept = 0;
        let total = 0;
        let refusal: HttpError | undefined;

        function release(): void {
          held -= kept;
          kept = 0;
          chunks = [];
        }
        function refuse(reason: HttpError): void {
          refusal = reason;
          release();
        }
        request.on('data', (chunk: Buffer) => {
          total += chunk.length;
          if (refusal === undefined) {
            if (total > maxBodyBytes) refuse(bodyTooLargeError(maxBodyBytes));
            else if (held + chunk.length > FULL_BODIES * maxBodyBytes) refuse(tooManyBodiesError());
          }
          if (refusal === undefined) {
            chunks.push(chunk);
            kept += chunk.length;
            held += chunk.length;
          } else if (total > 2 * maxBodyBytes) {
            // What is refused is read on, unseen, so that the client gets to read the answer; but not for ever.
            request.pause();
            reject(new HttpError(refusal.status, refusal.message, { ...refusal.headers, connection: 'close' }));
          }
        });
        request.on('end', () => {
          const body = refusal === undefined ? Buffer.concat(chunks) : undefined;
          release();
          if (body === undefined) reject(refusal);
          else resolve(body);
        });
        request.on('error', () => {
          release();
          reject(new RequestAbortedError('the client went away'));
        });
        request.on('close', () => {
          release();
          reject(new RequestAbortedError('the client went away'));
        });
      });
    },
  };
}

function tooManyBodiesError(): HttpError {
  return new HttpError(503, 'Too much is being received at once; try again.', { 'retry-after': '1' });
}
