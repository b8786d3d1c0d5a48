// Streams that fn hands over to be read later: the span stays open until they were read, failed or cancelled.

import { finished, type Readable } from 'node:stream';
import { tracedAsyncIterator } from './iterate.js';
import type { OpenSpan } from './open-span.js';

/**
 * Observes a stream, an async iterable or a `Response` until it has been read to its end.
 *
 * @param value what fn handed over
 * @param open ends when the stream ends, errors or is cancelled
 * @returns what to hand on, or undefined where the value is no stream
 */
export function tracedStream<T>(value: T, open: OpenSpan): T | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isNodeReadable(value)) return tracedNodeReadable(value, open);
  if (value instanceof ReadableStream) return tracedWebStream(value, open) as T;
  if (typeof Response === 'function' && value instanceof Response)
    return tracedResponse(value, open) as T | undefined;
  if (isAsyncIterable(value)) return tracedAsyncIterable(value, open);
  return undefined;
}

function tracedNodeReadable<T extends Readable>(stream: T, open: OpenSpan): T {
  // The source's reads run inside the span, whoever consumes it.
  const read = stream._read;
  stream._read = function tracedRead(this: Readable, size: number): void {
    open.run(() => read.call(this, size));
  };
  finished(stream, { writable: false }, error => {
    // Destroyed before its end without an error is a cancelled read, no failure.
    if (error == null || error.code === 'ERR_STREAM_PREMATURE_CLOSE') open.end();
    else open.fail(error);
  });
  return stream;
}

function tracedWebStream(stream: ReadableStream<unknown>, open: OpenSpan): ReadableStream<unknown> {
  const reader = stream.getReader();
  let cancelled = false;
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        try {
          const { done, value } = await open.run(() => reader.read());
          // The reader went away while this was on its way: the stream is closed, and there is nobody to hand it to.
          if (cancelled) return;
          if (done) {
            open.end();
            controller.close();
          } else controller.enqueue(value);
        } catch (error) {
          if (cancelled) return;
          open.fail(error);
          controller.error(error);
        }
      },
      async cancel(reason) {
        cancelled = true;
        try {
          await open.run(() => reader.cancel(reason));
        } finally {
          open.end();
        }
      },
    },
    // Nothing is read ahead of the consumer: the source is pulled exactly as often as before.
    { highWaterMark: 0 },
  );
}

function tracedResponse(response: Response, open: OpenSpan): Response | undefined {
  const { body, status, statusText, headers } = response;
  if (body === null) return undefined;
  const traced = new Response(tracedWebStream(body, open) as ReadableStream<Uint8Array>, {
    status,
    statusText,
    headers,
  });
  // A constructed Response forgets where it came from.
  for (const key of ['url', 'redirected', 'type'] as const) {
    Object.defineProperty(traced, key, { value: response[key], configurable: true });
  }
  return traced;
}

/** The same object with its iterator traced; its other members stay. */
function tracedAsyncIterable<T extends AsyncIterable<unknown>>(iterable: T, open: OpenSpan): T {
  return new Proxy(iterable, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (key === Symbol.asyncIterator && typeof value === 'function') {
        return () => tracedAsyncIterator(value.call(target), open);
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function isNodeReadable(value: object): value is Readable {
  const { pipe, on, _read } = value as Partial<Readable>;
  return typeof pipe === 'function' && typeof on === 'function' && typeof _read === 'function';
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}
