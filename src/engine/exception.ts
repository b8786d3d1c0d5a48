// An error as the attributes of an `exception` event.
// https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/

import type { Attributes } from '@opentelemetry/api';

/** How many errors behind the first (`cause`, `AggregateError.errors`) are written out. */
const MAX_CAUSES = 8;
/** Classes that say nothing about an error; its `name` says more. */
const PLAIN_CLASSES = new Set(['Error', 'Object', 'DOMException', 'AggregateError', '']);

/**
 * What there is to say about something thrown: its class, message, code, and its stack with those of its causes.
 *
 * `exception.type` is the class's name, never the `code` (`ENOENT`, `23505`), which has an attribute of its own.
 * Never throws, whatever the error's getters do.
 *
 * @returns undefined where there is neither a type nor a message
 */
export function exceptionAttributes(exception: unknown): Attributes | undefined {
  if (typeof exception === 'string') return exception === '' ? undefined : { 'exception.message': exception };
  if (!isObject(exception)) return undefined;
  const attributes: Attributes = {};
  const code = codeOf(exception);
  const type = typeOf(exception);
  const message = textOf(exception, 'message');
  const stack = stackWithCauses(exception);
  if (type !== undefined) {
    attributes['exception.type'] = type;
    if (code !== undefined) attributes['exception.code'] = code;
  } else if (code !== undefined) attributes['exception.type'] = code;
  if (message !== undefined) attributes['exception.message'] = message;
  if (type === undefined && code === undefined && message === undefined) return undefined;
  if (stack !== undefined) attributes['exception.stacktrace'] = stack;
  return attributes;
}

/** The class's name; the `name` where the class is one of the plain ones; undefined for objects without either. */
function typeOf(exception: object): string | undefined {
  const name = textOf(exception, 'name');
  const constructor = read(exception, 'constructor');
  const className = typeof constructor === 'function' ? textOf(constructor, 'name') : undefined;
  if (className !== undefined && !PLAIN_CLASSES.has(className) && looksThrown(exception)) return className;
  return name;
}

/** Tells an error (or a class made to be thrown) from a list or a date that happened to be thrown. */
function looksThrown(exception: object): boolean {
  return textOf(exception, 'message') !== undefined || textOf(exception, 'stack') !== undefined;
}

function codeOf(exception: object): string | undefined {
  const code = read(exception, 'code');
  if (typeof code === 'string') return code === '' ? undefined : code;
  return typeof code === 'number' && code !== 0 ? String(code) : undefined;
}

function stackWithCauses(exception: object): string | undefined {
  const own = textOf(exception, 'stack');
  const seen = new Set<unknown>([exception]);
  const pending = causesOf(exception);
  let text = own ?? '';
  for (let cause = pending.shift(); cause !== undefined && seen.size <= MAX_CAUSES; cause = pending.shift()) {
    if (seen.has(cause)) continue;
    seen.add(cause);
    text += `\nCaused by: ${describe(cause)}`;
    if (isObject(cause)) pending.unshift(...causesOf(cause));
  }
  return text === '' ? undefined : text;
}

function causesOf(exception: object): unknown[] {
  const cause = read(exception, 'cause');
  const errors = read(exception, 'errors');
  const causes = cause === undefined || cause === null ? [] : [cause];
  return textOf(exception, 'name') === 'AggregateError' && Array.isArray(errors)
    ? [...causes, ...errors.slice(0, MAX_CAUSES)]
    : causes;
}

function describe(cause: unknown): string {
  if (!isObject(cause)) return String(cause);
  const stack = textOf(cause, 'stack');
  if (stack !== undefined) return stack;
  const message = textOf(cause, 'message');
  const type = typeOf(cause) ?? 'an object';
  return message === undefined ? type : `${type}: ${message}`;
}

function textOf(of: object, key: string): string | undefined {
  const value = read(of, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function read(of: object, key: string): unknown {
  try {
    return (of as Record<string, unknown>)[key];
  } catch {
    // A getter of the error threw: this part of it stays unsaid.
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
