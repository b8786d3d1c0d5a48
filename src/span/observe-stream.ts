// A ReadableStream read through the span: each read runs inside it, and the last one ends it.

import type { OpenSpan } from './open-span.js';

/** What is read: a stream, or the readers of one. */
export type StreamSource = Pick<ReadableStream<unknown>, 'getReader'>;

/** How an observed stream reads. */
export interface ObserveStreamOptions {
  /** Bytes that are read before anybody asks for them. @default 0: the source is pulled as often as before */
  readonly readAheadBytes?: number;
  /** Called for each piece that comes. */
  readonly onChunk?: () => void;
}

/** What the controllers of both kinds of stream have in common; only that of bytes has requests. */
interface Controller {
  readonly byobRequest?: ReadableStreamBYOBRequest | null;
  enqueue(chunk: unknown): void;
  close(): void;
  error(error: unknown): void;
}

/**
 * A stream with the same pieces, which ends the span when it was read, failed or was cancelled. A stream of bytes stays
 * one: readers that bring their own buffer go on working.
 *
 * @param source the stream to read; it is locked from here on. Throws where it is locked already
 * @param open the span
 * @param options how far to read ahead
 */
export function observeStream(
  source: StreamSource,
  open: OpenSpan,
  options: ObserveStreamOptions = {},
): ReadableStream<unknown> {
  const { readAheadBytes = 0, onChunk } = options;
  const bytes = isByteStream(source);
  const reader = source.getReader();
  let cancelled = false;
  const underlying = {
    async pull(controller: Controller): Promise<void> {
      try {
        const { done, value } = await nextChunk(reader, open, bytes);
        // The reader went away while this was on its way: the stream is closed, and there is nobody to hand it to.
        if (cancelled) return;
        if (!done) {
          onChunk?.();
          controller.enqueue(value);
          return;
        }
        open.end();
        controller.close();
        controller.byobRequest?.respond(0);
      } catch (error) {
        if (cancelled) return;
        open.fail(error);
        controller.error(error);
      }
    },
    async cancel(reason: unknown): Promise<void> {
      cancelled = true;
      try {
        await open.run(() => reader.cancel(reason));
        open.end();
      } catch (error) {
        open.fail(error);
        throw error;
      }
    },
  };
  return bytes
    ? new ReadableStream({ ...underlying, type: 'bytes' }, { highWaterMark: readAheadBytes })
    : new ReadableStream(underlying, { highWaterMark: readAheadBytes, size: sizeOf });
}

/** Only a stream of bytes gives readers that bring their own buffer; there is no other way to ask. */
function isByteStream(source: StreamSource): boolean {
  try {
    source.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    // A stream of other things, or a locked one, which the caller's own getReader() is refused, too.
    return false;
  }
}

async function nextChunk(
  reader: ReadableStreamDefaultReader<unknown>,
  open: OpenSpan,
  bytes: boolean,
): Promise<{ readonly done: boolean; readonly value?: unknown }> {
  for (;;) {
    const { done, value } = await open.run(() => reader.read());
    if (!bytes || done) return { done, value };
    // An empty piece is no end, but a byte stream takes none.
    const chunk = value as Uint8Array;
    if (chunk.byteLength > 0) return { done, value: ownBytes(chunk) };
  }
}

/** A byte stream takes the memory of what it is given; a piece of something larger is copied first. */
function ownBytes(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = chunk;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? (chunk as Uint8Array<ArrayBuffer>)
    : new Uint8Array(chunk);
}

function sizeOf(chunk: unknown): number {
  return (chunk as Partial<Uint8Array> | null | undefined)?.byteLength ?? 1;
}
