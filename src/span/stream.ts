// Streams that a function returns and that are read later. The span is open until the stream ends, fails or is cancelled.

import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';
import { types } from 'node:util';
import { isGenerator, traceAsyncIterable, traceGenerator } from './generator.js';
import { observeStream } from './observe-stream.js';
import type { OpenSpan } from './open-span.js';
import { isPlainResponse, replaceBody } from './response.js';

/** The native methods that read a `ReadableStream`. */
const READ_METHODS = [
  'getReader',
  'tee',
  'pipeTo',
  'pipeThrough',
  'values',
  'cancel',
  Symbol.asyncIterator,
] as const;

/**
 * Observes a generator, a stream, an async iterable or a `Response` until it has been read.
 *
 * @param value the result of a function
 * @param open the span, which ends when the stream ends, fails or is cancelled
 * @returns the value to return to the caller, or undefined if it is not a stream
 */
export function traceStream<T>(value: T, open: OpenSpan): T | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (types.isGeneratorObject(value)) return traceGenerator(value, open);
  if (isNodeReadable(value)) return traceNodeReadable(value, open);
  if (value instanceof ReadableStream) return traceWebStream(value, open) as T;
  if (typeof Response === 'function' && value instanceof Response)
    return traceResponse(value, open) as T | undefined;
  if (isGenerator(value)) return traceGenerator(value, open);
  if (isAsyncIterable(value)) return traceAsyncIterable(value, open);
  return undefined;
}

function traceNodeReadable<T extends Readable>(stream: T, open: OpenSpan): T {
  if (stream.errored != null) open.fail(stream.errored);
  if (stream.destroyed || stream.readableEnded) {
    open.end();
    return stream;
  }
  // The source reads in the context of the span, for any consumer.
  const read = stream._read;
  stream._read = function tracedRead(this: Readable, size: number): void {
    open.run(() => read.call(this, size));
  };
  // errorMonitor is not a handler, so an error without a handler remains unhandled.
  stream.once(errorMonitor, (error: unknown) => open.fail(error));
  stream.once('end', () => open.end());
  // A stream that is destroyed before its end without an error was cancelled, which is not a failure.
  stream.once('close', () => open.end());
  return stream;
}

function traceWebStream(stream: ReadableStream, open: OpenSpan): ReadableStream {
  const isPlain = Object.getPrototypeOf(stream) === ReadableStream.prototype;
  return isPlain ? observeStream(stream, open) : observeInPlace(stream, open);
}

/**
 * Observes an instance of a subclass without replacing it, so that it has its methods and private fields. Each native read
 * method uses one observed stream, which is created on first use.
 */
function observeInPlace<T extends ReadableStream>(stream: T, open: OpenSpan): T {
  const { prototype } = ReadableStream;
  // Bound before the property below replaces it.
  const getReader = stream.getReader.bind(stream) as ReadableStream['getReader'];
  let observed: ReadableStream | undefined;
  const getObserved = (): ReadableStream => (observed ??= observeStream({ getReader }, open));
  const isLocked = (): boolean => observed?.locked ?? Reflect.get(prototype, 'locked', stream);
  Object.defineProperty(stream, 'locked', { get: isLocked, configurable: true });
  for (const key of READ_METHODS) {
    const native: unknown = Reflect.get(prototype, key);
    // An overridden method of the subclass reads through the native ones.
    if (typeof native !== 'function' || Reflect.get(stream, key) !== native) continue;
    const value = (...args: unknown[]): unknown => Reflect.apply(native, getObserved(), args);
    Object.defineProperty(stream, key, { value, configurable: true, writable: true });
  }
  return stream;
}

function traceResponse(response: Response, open: OpenSpan): Response | undefined {
  const { body } = response;
  if (body === null || !isPlainResponse(response)) return undefined;
  return replaceBody(response, observeStream(body, open));
}

function isNodeReadable(value: object): value is Readable {
  const { pipe, on, _read } = value as Partial<Readable>;
  return typeof pipe === 'function' && typeof on === 'function' && typeof _read === 'function';
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}
