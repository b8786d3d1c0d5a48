// Reads the body of a request into memory. The bytes of each body are limited, and so are the bytes of all bodies together.

import type { IncomingMessage } from 'node:http';
import { createBodyTooLargeError, HttpError } from './http-error.js';

/** The client closed the connection before its body was complete. No response is possible. */
export class RequestAbortedError extends Error {
  override readonly name: string = 'RequestAbortedError';

  constructor() {
    super('the client closed the connection');
  }
}

/** Reads bodies. Each server has one. */
export interface BodyReader {
  /**
   * Reads the whole body.
   *
   * @throws HttpError 413 if the body exceeds the limit, 503 if all bodies together do
   * @throws RequestAbortedError if the client closes the connection
   */
  read(request: IncomingMessage): Promise<Uint8Array>;
}

/** All bodies together may take this many times the limit of one. */
const MAX_FULL_BODIES = 4;

/**
 * Creates a reader of bodies.
 *
 * @param maxBodyBytes the limit of one body
 */
export function createBodyReader(maxBodyBytes: number): BodyReader {
  let totalBufferedBytes = 0;
  return {
    read(request) {
      return new Promise((resolve, reject) => {
        let chunks: Uint8Array[] = [];
        let bufferedBytes = 0;
        let receivedBytes = 0;
        let rejection: HttpError | undefined;

        function releaseBuffer(): void {
          totalBufferedBytes -= bufferedBytes;
          bufferedBytes = 0;
          chunks = [];
        }
        function setRejection(error: HttpError): void {
          rejection = error;
          releaseBuffer();
        }
        function abort(): void {
          releaseBuffer();
          reject(new RequestAbortedError());
        }
        request.on('data', (chunk: Buffer) => {
          receivedBytes += chunk.length;
          if (rejection === undefined) {
            if (receivedBytes > maxBodyBytes) setRejection(createBodyTooLargeError(maxBodyBytes));
            else if (totalBufferedBytes + chunk.length > MAX_FULL_BODIES * maxBodyBytes) {
              setRejection(createTooManyBodiesError());
            }
          }
          if (rejection === undefined) {
            chunks.push(chunk);
            bufferedBytes += chunk.length;
            totalBufferedBytes += chunk.length;
          } else if (receivedBytes > 2 * maxBodyBytes) {
            // A client reads the response only after it has sent its body, so a rejected body is read and discarded. Beyond
            // twice the limit the connection is closed.
            request.pause();
            reject(
              new HttpError(rejection.status, rejection.message, {
                ...rejection.headers,
                connection: 'close',
              }),
            );
          }
        });
        request.on('end', () => {
          const body = rejection === undefined ? Buffer.concat(chunks) : undefined;
          releaseBuffer();
          if (body === undefined) reject(rejection);
          else resolve(body);
        });
        request.on('error', abort);
        request.on('close', abort);
      });
    },
  };
}

function createTooManyBodiesError(): HttpError {
  return new HttpError(503, 'The receiver is reading too many requests at once. Send this one again.', {
    'retry-after': '1',
  });
}
