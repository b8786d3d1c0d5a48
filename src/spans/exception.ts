// Reads thrown values, and converts them to OpenTelemetry's exception attributes. No function throws.
// Any value can be thrown: frozen errors, objects with getters that throw, strings, undefined, errors with cyclic causes.

import type { Attributes } from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';

/** The details of a thrown object. A detail that it does not have is undefined. */
export interface ErrorDetails {
  /** The name of the class, or `error.name` for a class without a meaning, such as `Error`. Never the code. */
  readonly type: string | undefined;
  /** `error.message`. For an AggregateError without a message, that of its first error. */
  readonly message: string | undefined;
  /** `error.code`, if there is one: `ECONNREFUSED`, `23505`. For an AggregateError without a code, that of its first error. */
  readonly code: string | undefined;
  /** The stack, followed by the stacks of the causes. */
  readonly stack: string | undefined;
  /** The chain of causes, nearest first, each as `Type: message`. */
  readonly causes: readonly string[];
}

/** The details of any thrown value. Type and message are always present. */
export interface ThrownDetails extends ErrorDetails {
  /** The name of the class, or the type of a value that is not an object (`string`, `undefined`). */
  readonly type: string;
  readonly message: string;
}

/** The maximum number of causes (`cause`, `AggregateError.errors`). */
const MAX_CAUSES = 8;
const MAX_TEXT = 16 * 1024;
/** Classes without a meaning for the error. Its `name` may have one. */
const GENERIC_CLASSES = new Set(['Error', 'Object', 'DOMException', 'AggregateError', '']);

/**
 * Reads an object that was thrown or recorded as an exception.
 *
 * @param error the object; its getters may throw
 */
export function readErrorDetails(error: object): ErrorDetails {
  const causes = listCauses(error);
  const own = getText(error, 'stack');
  const stack = [
    ...(own === undefined ? [] : [own]),
    ...causes.map(cause => `Caused by: ${getStack(cause)}`),
  ];
  return {
    type: getType(error),
    message: getMessage(error)?.slice(0, MAX_TEXT),
    code: getCode(error) ?? getCode(readFirstError(error)),
    stack: stack.length === 0 ? undefined : stack.join('\n').slice(0, MAX_TEXT),
    causes: causes.map(formatTitle),
  };
}

/**
 * Reads any thrown value.
 *
 * @param error the value
 */
export function readThrownDetails(error: unknown): ThrownDetails {
  if (!isObject(error)) {
    const type = error === null ? 'null' : typeof error;
    return {
      type,
      message: safeText(error).slice(0, MAX_TEXT),
      code: undefined,
      stack: undefined,
      causes: [],
    };
  }
  const details = readErrorDetails(error);
  const message =
    details.message ?? (details.stack === undefined ? formatJson(error).slice(0, MAX_TEXT) : '');
  return { ...details, type: details.type ?? getClassName(error) ?? 'Object', message };
}

/**
 * Converts details to the attributes of an `exception` event.
 *
 * @param details the details of the error
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
export function toExceptionAttributes(details: ErrorDetails): Attributes {
  const { type, message, code, stack, causes } = details;
  return {
    ...(type === undefined ? {} : { 'exception.type': type }),
    ...(message === undefined ? {} : { 'exception.message': message }),
    ...(code === undefined ? {} : { 'exception.code': code }),
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
    ...(causes.length === 0 ? {} : { 'exception.causes': [...causes] }),
  };
}

/**
 * Returns the low-cardinality `error.type`: the class name, or the code of an error whose class has no meaning. A connection
 * to a host with several addresses fails with an AggregateError, whose code is ECONNREFUSED.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function getErrorType(details: ThrownDetails): string {
  const { type, code } = details;
  return (type === 'Error' || type === 'AggregateError') && code !== undefined ? code : type;
}

function getType(error: object): string | undefined {
  const className = getClassName(error);
  return className !== undefined && !GENERIC_CLASSES.has(className) && isErrorLike(error)
    ? className
    : getText(error, 'name');
}

function getClassName(error: object): string | undefined {
  const constructor = read(error, 'constructor');
  return typeof constructor === 'function' ? getText(constructor, 'name') : undefined;
}

/** Distinguishes an error, or a class made to be thrown, from another object that was thrown, such as a list or a date. */
function isErrorLike(error: object): boolean {
  return getText(error, 'message') !== undefined || getText(error, 'stack') !== undefined;
}

function getMessage(error: object): string | undefined {
  return getText(error, 'message') ?? getText(readFirstError(error), 'message');
}

function getCode(error: object): string | undefined {
  const code = read(error, 'code');
  if (typeof code === 'string') return code === '' ? undefined : code.slice(0, 256);
  return typeof code === 'number' && code !== 0 ? String(code) : undefined;
}

function formatJson(value: object): string {
  try {
    return JSON.stringify(value) ?? safeText(value);
  } catch {
    // A cyclic value, a BigInt or a toJSON that throws: the plain text is the message.
    return safeText(value);
  }
}

function formatTitle(cause: unknown): string {
  if (!isObject(cause)) return safeText(cause);
  const { type, message } = { type: getType(cause) ?? 'an object', message: getMessage(cause) };
  return message === undefined ? type : `${type}: ${message}`.slice(0, MAX_TEXT);
}

function getStack(cause: unknown): string {
  return (isObject(cause) ? getText(cause, 'stack') : undefined) ?? formatTitle(cause);
}

/** The causes of an error and the parts of an AggregateError: each once, depth first, limited in number. */
function listCauses(error: object): unknown[] {
  const seen = new Set<unknown>([error]);
  const causes: unknown[] = [];
  let pending = listDirectCauses(error);
  while (pending.length > 0 && causes.length < MAX_CAUSES) {
    const [next, ...rest] = pending;
    pending = rest;
    if (seen.has(next)) continue;
    seen.add(next);
    causes.push(next);
    if (isObject(next)) pending = [...listDirectCauses(next), ...rest];
  }
  return causes;
}

function listDirectCauses(error: object): unknown[] {
  const cause = read(error, 'cause');
  const causes = cause === undefined || cause === null ? [] : [cause];
  return [...causes, ...listErrors(error).slice(0, MAX_CAUSES)];
}

/** The errors of an AggregateError. */
function listErrors(error: object): unknown[] {
  const errors = isAggregate(error) ? read(error, 'errors') : undefined;
  return Array.isArray(errors) ? (errors as unknown[]) : [];
}

const NO_DETAILS: object = Object.freeze({});

/** The first error of an AggregateError; an object without details if there is none. */
function readFirstError(error: object): object {
  const [first] = listErrors(error);
  return isObject(first) ? first : NO_DETAILS;
}

/** The name identifies an AggregateError of another realm, such as that of Node.js in a test file of Jest. */
function isAggregate(error: object): boolean {
  try {
    return error instanceof AggregateError || getText(error, 'name') === 'AggregateError';
  } catch {
    // The prototype of a revoked proxy cannot be read.
    return false;
  }
}

function getText(of: object, key: string): string | undefined {
  const value = read(of, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Reads a property. A getter that throws counts as undefined, so that it does not hide the application's error. */
function read(of: object, key: string): unknown {
  try {
    return (of as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
