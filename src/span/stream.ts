// Streams that fn hands over to be read later: the span stays open until they were read, failed or cancelled.

import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';
import { types } from 'node:util';
import { isGenerator, traceAsyncIterable, traceGenerator } from './generator.js';
import { observeStream } from './observe-stream.js';
import type { OpenSpan } from './open-span.js';
import { isPlainResponse, replaceBody } from './response.js';

/** Every native way of reading a `ReadableStream`. */
const READING = [
  'getReader',
  'tee',
  'pipeTo',
  'pipeThrough',
  'values',
  'cancel',
  Symbol.asyncIterator,
] as const;

/**
 * Observes a generator, a stream, an async iterable or a `Response` until it has been read to its end.
 *
 * @param value what fn handed over
 * @param open ends when the stream ends, errors or is cancelled
 * @returns what to hand on, or undefined where the value is no stream
 */
export function traceStream<T>(value: T, open: OpenSpan): T | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (types.isGeneratorObject(value)) return traceGenerator(value, open);
  if (isNodeReadable(value)) return tracedNodeReadable(value, open);
  if (value instanceof ReadableStream) return tracedWebStream(value, open) as T;
  if (typeof Response === 'function' && value instanceof Response)
    return tracedResponse(value, open) as T | undefined;
  if (isGenerator(value)) return traceGenerator(value, open);
  if (isAsyncIterable(value)) return traceAsyncIterable(value, open);
  return undefined;
}

function tracedNodeReadable<T extends Readable>(stream: T, open: OpenSpan): T {
  if (stream.errored != null) open.fail(stream.errored);
  if (stream.destroyed || stream.readableEnded) {
    open.end();
    return stream;
  }
  // The source's reads run inside the span, whoever consumes it.
  const read = stream._read;
  stream._read = function tracedRead(this: Readable, size: number): void {
    open.run(() => read.call(this, size));
  };
  // The monitor sees the error without counting as a handler: an error that nobody handles stays unhandled.
  stream.once(errorMonitor, (error: unknown) => open.fail(error));
  stream.once('end', () => open.end());
  // Destroyed before its end without an error is a cancelled read, no failure.
  stream.once('close', () => open.end());
  return stream;
}

function tracedWebStream(stream: ReadableStream, open: OpenSpan): ReadableStream {
  const plain = Object.getPrototypeOf(stream) === ReadableStream.prototype;
  return plain ? observeStream(stream, open) : observedInPlace(stream, open);
}

/**
 * A stream of a subclass stays the same object, with its methods and private fields; each native way of reading it goes
 * through one observed stream, which is made when the first of them is used.
 */
function observedInPlace<T extends ReadableStream>(stream: T, open: OpenSpan): T {
  const { prototype } = ReadableStream;
  // Bound before it is covered below.
  const getReader = stream.getReader.bind(stream) as ReadableStream['getReader'];
  let observed: ReadableStream | undefined;
  const through = (): ReadableStream => (observed ??= observeStream({ getReader }, open));
  const isLocked = (): boolean => observed?.locked ?? Reflect.get(prototype, 'locked', stream);
  Object.defineProperty(stream, 'locked', { get: isLocked, configurable: true });
  for (const key of READING) {
    const native: unknown = Reflect.get(prototype, key);
    // A method that the class has overridden is its own, and reads by the others.
    if (typeof native !== 'function' || Reflect.get(stream, key) !== native) continue;
    const value = (...args: unknown[]): unknown => Reflect.apply(native, through(), args);
    Object.defineProperty(stream, key, { value, configurable: true, writable: true });
  }
  return stream;
}

function tracedResponse(response: Response, open: OpenSpan): Response | undefined {
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
