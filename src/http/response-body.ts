// The response body that the application reads after fetch has resolved. The last byte ends the client span.
//
// The wrapper reads up to 64 KiB ahead, like the connection below it. The span of a short body that the application never
// reads (`if ((await fetch(url)).ok)`) therefore ends, too. That of a long body ends when the response is garbage-collected.

import { guarded } from '../core/guard.js';
import { observeStream } from '../span/observe-stream.js';
import type { OpenSpan } from '../span/open-span.js';
import { isPlainResponse, replaceBody } from '../span/response.js';

/** The number of bytes that are read before the application requests them. */
const READ_AHEAD_BYTES = 64 * 1024;

/** The reading of a body. */
interface BodyReading {
  readonly open: OpenSpan;
  /** The arrival of the last chunk, in milliseconds since 1970. */
  lastChunkMs: number;
}

const unreadBodies = new FinalizationRegistry<BodyReading>(({ open: { span }, lastChunkMs }) => {
  if (span.isRecording()) guarded('span.end()', () => span.end(lastChunkMs), undefined);
});

/**
 * Returns a copy of a response that ends the client span when its body is read to its end, fails or is cancelled.
 *
 * @param response the response of fetch
 * @param open the client span
 * @returns the response itself, with an ended span, if its body cannot be observed
 */
export function observeResponse(response: Response, open: OpenSpan): Response {
  // A Response of another library, and one that is read already, cannot be copied.
  if (
    !(response instanceof Response) ||
    !isPlainResponse(response) ||
    response.body === null ||
    response.bodyUsed ||
    response.body.locked
  ) {
    open.end();
    return response;
  }
  const reading: BodyReading = { open, lastChunkMs: Date.now() };
  const body = observeStream(response.body, open, {
    readAheadBytes: READ_AHEAD_BYTES,
    onChunk: () => {
      reading.lastChunkMs = Date.now();
    },
  });
  unreadBodies.register(body, reading);
  return replaceBody(response, body);
}
