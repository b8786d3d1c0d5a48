// Reads a ReadableStream in the context of a span. The last read ends the span.

import type { OpenSpan } from './open-span.js';

/** The part of a stream that supplies readers. */
export type StreamSource = Pick<ReadableStream<unknown>, 'getReader'>;

/** Options of {@link observeStream}. */
export interface ObserveStreamOptions {
  /** The number of bytes to read before they are requested. @default 0, which leaves the pulls of the source unchanged */
  readonly readAheadBytes?: number;
  /** Called for each chunk that arrives. */
  readonly onChunk?: () => void;
}

/** The methods that the controllers of both kinds of stream have. Only the controller of a byte stream has requests. */
interface Controller {
  readonly byobRequest?: ReadableStreamBYOBRequest | null;
  enqueue(chunk: unknown): void;
  close(): void;
  error(error: unknown): void;
}

/**
 * Returns a stream with the same chunks that ends the span when it is read to its end, fails or is cancelled. The result for
 * a byte stream is a byte stream, so readers with their own buffer still work.
 *
 * @param source the stream to read, which is locked from now on
 * @param open the span
 * @param options the read-ahead
 * @throws TypeError if the source is locked already
 */
export function observeStream(
  source: StreamSource,
  open: OpenSpan,
  options: ObserveStreamOptions = {},
): ReadableStream<unknown> {
  const { readAheadBytes = 0, onChunk } = options;
  const isBytes = isByteStream(source);
  const reader = source.getReader();
  let isCancelled = false;
  const underlyingSource = {
    async pull(controller: Controller): Promise<void> {
      try {
        const { done, value } = await readChunk(reader, open, isBytes);
        // The stream was cancelled during the read and is closed: the chunk is discarded.
        if (isCancelled) return;
        if (!done) {
          onChunk?.();
          controller.enqueue(value);
          return;
        }
        open.end();
        controller.close();
        controller.byobRequest?.respond(0);
      } catch (error) {
        if (isCancelled) return;
        open.fail(error);
        controller.error(error);
      }
    },
    async cancel(reason: unknown): Promise<void> {
      isCancelled = true;
      try {
        await open.run(() => reader.cancel(reason));
        open.end();
      } catch (error) {
        open.fail(error);
        throw error;
      }
    },
  };
  return isBytes
    ? new ReadableStream({ ...underlyingSource, type: 'bytes' }, { highWaterMark: readAheadBytes })
    : new ReadableStream(underlyingSource, { highWaterMark: readAheadBytes, size: getChunkSize });
}

/** Only a byte stream supplies readers with their own buffer. There is no other way to detect it. */
function isByteStream(source: StreamSource): boolean {
  try {
    source.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    // Another kind of stream, or a locked stream, which the getReader() of the caller refuses as well.
    return false;
  }
}

async function readChunk(
  reader: ReadableStreamDefaultReader<unknown>,
  open: OpenSpan,
  isBytes: boolean,
): Promise<{ readonly done: boolean; readonly value?: unknown }> {
  for (;;) {
    const { done, value } = await open.run(() => reader.read());
    if (!isBytes || done) return { done, value };
    // An empty chunk is not the end, but a byte stream refuses it.
    const chunk = value as Uint8Array;
    if (chunk.byteLength > 0) return { done, value: copyIfShared(chunk) };
  }
}

/** Copies a chunk that is part of a larger buffer, because a byte stream takes the whole buffer of each chunk. */
function copyIfShared(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = chunk;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? (chunk as Uint8Array<ArrayBuffer>)
    : new Uint8Array(chunk);
}

function getChunkSize(chunk: unknown): number {
  return (chunk as Partial<Uint8Array> | null | undefined)?.byteLength ?? 1;
}
