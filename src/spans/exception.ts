// What a thrown value says about itself, as OpenTelemetry's exception attributes.
// Anything can be thrown: frozen errors, getters that throw, strings, undefined, cyclic causes. Nothing here throws.

import type { Attributes } from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';

/** What an object that was thrown says of itself; what it does not say is undefined. */
export interface ErrorFacts {
  /** The class's name, or the error's `name` where the class says nothing. Never the code. */
  readonly type: string | undefined;
  readonly message: string | undefined;
  /** `error.code` where there is one: `ECONNREFUSED`, `23505`. */
  readonly code: string | undefined;
  /** The stack, followed by those of its causes. */
  readonly stack: string | undefined;
  /** The chain of causes, nearest first, each as `Type: message`. */
  readonly causes: readonly string[];
}

/** The facts of anything thrown: type and message are always there. */
export interface ThrownFacts extends ErrorFacts {
  /** The class's name, or the kind of a value that is no error (`string`, `undefined`). */
  readonly type: string;
  readonly message: string;
}

/** How many errors behind the first (`cause`, `AggregateError.errors`) are written out. */
const MAX_CAUSES = 8;
const MAX_TEXT = 16 * 1024;
/** Classes that say nothing about an error; its `name` says more. */
const PLAIN_CLASSES = new Set(['Error', 'Object', 'DOMException', 'AggregateError', '']);

/**
 * Reads what an object tells that was thrown or is recorded as an exception.
 *
 * @param error the object; its getters may throw
 */
export function errorFacts(error: object): ErrorFacts {
  const causes = causesOf(error);
  const own = textOf(error, 'stack');
  const stack = [...(own === undefined ? [] : [own]), ...causes.map(cause => `Caused by: ${stackOf(cause)}`)];
  return {
    type: typeOf(error),
    message: textOf(error, 'message')?.slice(0, MAX_TEXT),
    code: codeOf(error),
    stack: stack.length === 0 ? undefined : stack.join('\n').slice(0, MAX_TEXT),
    causes: causes.map(titleOf),
  };
}

/**
 * Reads what a thrown value tells, whatever it is.
 *
 * @param error anything that was thrown
 */
export function thrownFacts(error: unknown): ThrownFacts {
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
  const facts = errorFacts(error);
  const message = facts.message ?? (facts.stack === undefined ? jsonOf(error).slice(0, MAX_TEXT) : '');
  return { ...facts, type: facts.type ?? classOf(error) ?? 'Object', message };
}

/**
 * The attributes of an `exception` event.
 *
 * @param facts what was read from the error
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
export function exceptionAttributes(facts: ErrorFacts): Attributes {
  const { type, message, code, stack, causes } = facts;
  return {
    ...(type === undefined ? {} : { 'exception.type': type }),
    ...(message === undefined ? {} : { 'exception.message': message }),
    ...(code === undefined ? {} : { 'exception.code': code }),
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
    ...(causes.length === 0 ? {} : { 'exception.causes': [...causes] }),
  };
}

/**
 * The low-cardinality `error.type`: the class name, or the code of an error whose class says nothing.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function errorType(facts: ThrownFacts): string {
  return facts.type === 'Error' && facts.code !== undefined ? facts.code : facts.type;
}

function typeOf(error: object): string | undefined {
  const className = classOf(error);
  return className !== undefined && !PLAIN_CLASSES.has(className) && looksThrown(error)
    ? className
    : textOf(error, 'name');
}

function classOf(error: object): string | undefined {
  const constructor = read(error, 'constructor');
  return typeof constructor === 'function' ? textOf(constructor, 'name') : undefined;
}

/** Tells an error (or a class made to be thrown) from a list or a date that happened to be thrown. */
function looksThrown(error: object): boolean {
  return textOf(error, 'message') !== undefined || textOf(error, 'stack') !== undefined;
}

function codeOf(error: object): string | undefined {
  const code = read(error, 'code');
  if (typeof code === 'string') return code === '' ? undefined : code.slice(0, 256);
  return typeof code === 'number' && code !== 0 ? String(code) : undefined;
}

function jsonOf(value: object): string {
  try {
    return JSON.stringify(value) ?? safeText(value);
  } catch {
    // A cyclic value, a BigInt inside or a toJSON that throws: its plain text has to do.
    return safeText(value);
  }
}

function titleOf(cause: unknown): string {
  if (!isObject(cause)) return safeText(cause);
  const { type, message } = { type: typeOf(cause) ?? 'an object', message: textOf(cause, 'message') };
  return message === undefined ? type : `${type}: ${message}`.slice(0, MAX_TEXT);
}

function stackOf(cause: unknown): string {
  return (isObject(cause) ? textOf(cause, 'stack') : undefined) ?? titleOf(cause);
}

/** The causes behind an error and the parts of an AggregateError, each once, depth first, bounded. */
function causesOf(error: object): unknown[] {
  const seen = new Set<unknown>([error]);
  const causes: unknown[] = [];
  let pending = partsOf(error);
  while (pending.length > 0 && causes.length < MAX_CAUSES) {
    const [next, ...rest] = pending;
    pending = rest;
    if (seen.has(next)) continue;
    seen.add(next);
    causes.push(next);
    if (isObject(next)) pending = [...partsOf(next), ...rest];
  }
  return causes;
}

function partsOf(error: object): unknown[] {
  const cause = read(error, 'cause');
  const causes = cause === undefined || cause === null ? [] : [cause];
  const errors = isAggregate(error) ? read(error, 'errors') : undefined;
  return Array.isArray(errors) ? [...causes, ...errors.slice(0, MAX_CAUSES)] : causes;
}

function isAggregate(error: object): boolean {
  try {
    return error instanceof AggregateError;
  } catch {
    // A proxy whose prototype cannot be read.
    return false;
  }
}

function textOf(of: object, key: string): string | undefined {
  const value = read(of, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A property, or undefined where its getter throws: a hostile error must not hide the user's own. */
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
