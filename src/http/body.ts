// The body of a response that the application reads at its leisure: the client span ends with its last byte.
//
// The wrapper reads up to 64 KiB ahead, as the connection below it does anyway. So the span of a call whose short body
// nobody reads (`if ((await fetch(url)).ok)`) ends, too; that of a long one ends when the response is forgotten.

import { guarded } from '../core/guard.js';
import type { OpenSpan } from '../span/open-span.js';

/** Bytes that are read before anybody asks for them. */
const READ_AHEAD_BYTES = 64 * 1024;

/** A body that is being read. */
interface Reading {
  readonly open: OpenSpan;
  /** Set when the application wants no more: what was on its way then is nobody's. */
  cancelled: boolean;
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
export function observedResponse(response: Response, open: OpenSpan): Response {
  // A Response of another library, one that was read already, and an opaque one (status 0) cannot be made anew.
  if (
    !(response instanceof Response) ||
    response.body === null ||
    response.bodyUsed ||
    response.status < 200
  ) {
    open.end();
    return response;
  }
  const { body, status, statusText, headers } = response;
  return likeOriginal(new Response(observedBody(body, open), { status, statusText, headers }), response);
}

function observedBody(body: ReadableStream<Uint8Array>, open: OpenSpan): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const reading: Reading = { open, cancelled: false, lastMs: Date.now() };
  const observed = new ReadableStream(
    {
      // Bytes, as fetch's own bodies are: readers that bring their own buffer go on working.
      type: 'bytes',
      async pull(controller) {
        try {
          const chunk = await nextChunk(reader, open);
          if (reading.cancelled) return;
          reading.lastMs = Date.now();
          if (chunk !== undefined) {
            controller.enqueue(chunk);
            return;
          }
          open.end();
          controller.close();
          controller.byobRequest?.respond(0);
        } catch (error) {
          if (reading.cancelled) return;
          open.fail(error);
          controller.error(error);
        }
      },
      async cancel(reason) {
        reading.cancelled = true;
        try {
          await reader.cancel(reason);
        } finally {
          open.end();
        }
      },
    },
    { highWaterMark: READ_AHEAD_BYTES },
  );
  forgotten.register(observed, reading);
  return observed;
}

/** The next bytes, in memory of their own; undefined at the end. */
async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  open: OpenSpan,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  for (;;) {
    const { done, value } = await open.run(() => reader.read());
    if (done) return undefined;
    // An empty piece is no end, but a byte stream takes none.
    if (value.byteLength > 0) return ownBytes(value);
  }
}

/** A byte stream takes the memory of what it is given; a piece of something larger is copied first. */
function ownBytes(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = chunk;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? (chunk as Uint8Array<ArrayBuffer>)
    : new Uint8Array(chunk);
}

/** A constructed Response forgets where it came from, and so do its clones. */
function likeOriginal(response: Response, original: Response): Response {
  for (const key of ['url', 'redirected', 'type'] as const) {
    Object.defineProperty(response, key, { value: original[key], configurable: true });
  }
  const clone = (): Response => likeOriginal(Response.prototype.clone.call(response), original);
  return Object.defineProperty(response, 'clone', { value: clone, configurable: true, writable: true });
}
