// The body of a response that the application reads at its leisure: the client span ends with its last byte.
//
// The wrapper reads up to 64 KiB ahead, as the connection below it does anyway. So the span of a call whose short body
// nobody reads (`if ((await fetch(url)).ok)`) ends, too; that of a long one ends when the response is forgotten.

import { guarded } from '../core/guard.js';
import { observeStream } from '../span/observe-stream.js';
import type { OpenSpan } from '../span/open-span.js';
import { isPlainResponse, replaceBody } from '../span/response.js';

/** Bytes that are read before anybody asks for them. */
const READ_AHEAD_BYTES = 64 * 1024;

/** A body that is being read. */
interface Reading {
  readonly open: OpenSpan;
  /** When the last piece came, in milliseconds since 1970. */
  lastMs: number;
}

const forgotten = new FinalizationRegistry<Reading>(({ open: { span }, lastMs }) => {
  if (span.isRecording()) guarded('span.end()', () => span.end(lastMs), undefined);
});

/**
 * A response like the given one whose span ends when its body was read, failed or was cancelled.
 *
 * @param response as it came from fetch
 * @param open the client span
 * @returns the given response itself, its span ended, where it has no body that can be observed
 */
export function observeResponse(response: Response, open: OpenSpan): Response {
  // A Response of another library, and one that somebody else reads already, cannot be made anew.
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
  const reading: Reading = { open, lastMs: Date.now() };
  const body = observeStream(response.body, open, {
    readAheadBytes: READ_AHEAD_BYTES,
    onChunk: () => {
      reading.lastMs = Date.now();
    },
  });
  forgotten.register(body, reading);
  return replaceBody(response, body);
}
