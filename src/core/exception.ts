// What a thrown value says about itself, as OpenTelemetry's exception attributes.
// Anything can be thrown: frozen errors, getters that throw, strings, undefined, cyclic causes. Nothing here throws.

import type { Attributes } from '@opentelemetry/api';
import { safeText } from './diagnostics.js';

/** The facts of a thrown value. */
export interface ExceptionFacts {
  /** The class name (`TypeError`), or the kind of a value that is no error (`string`, `undefined`). */
  readonly type: string;
  readonly message: string;
  /** The stack with the stacks of its causes, as Node prints them; undefined for a value that is no error. */
  readonly stack: string | undefined;
  /** `error.code` where there is one: `ECONNREFUSED`, `23505`. */
  readonly code: string | undefined;
  /** The chain of causes, nearest first, each as `Type: message`. */
  readonly causes: readonly string[];
}

const MAX_CAUSES = 8;
const MAX_TEXT = 16 * 1024;

/**
 * Reads what a thrown value tells, whatever it is.
 *
 * @param error anything that was thrown
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
export function exceptionFacts(error: unknown): ExceptionFacts {
  const type = typeOf(error);
  const message = messageOf(error);
  const causes = causesOf(error);
  const stacks = isObject(error) ? text(read(error, 'stack')) : undefined;
  const stack =
    stacks === undefined
      ? undefined
      : [stacks, ...causes.map(cause => `Caused by: ${text(read(cause, 'stack')) ?? titleOf(cause)}`)].join(
          '\n',
        );
  const code = isObject(error) ? read(error, 'code') : undefined;
  return {
    type,
    message,
    stack: stack?.slice(0, MAX_TEXT),
    code: typeof code === 'string' || typeof code === 'number' ? String(code).slice(0, 256) : undefined,
    causes: causes.map(titleOf),
  };
}

/**
 * The attributes of an `exception` event. The type is the class name, never the code: a code has its own attribute.
 *
 * @param facts what `exceptionFacts` read
 */
export function exceptionAttributes(facts: ExceptionFacts): Attributes {
  const attributes: Attributes = { 'exception.type': facts.type, 'exception.message': facts.message };
  if (facts.stack !== undefined) attributes['exception.stacktrace'] = facts.stack;
  if (facts.code !== undefined) attributes['exception.code'] = facts.code;
  if (facts.causes.length > 0) attributes['exception.causes'] = [...facts.causes];
  return attributes;
}

/**
 * The low-cardinality `error.type`: the class name, or the code of an error whose class says nothing.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function errorType(facts: ExceptionFacts): string {
  return facts.type === 'Error' && facts.code !== undefined ? facts.code : facts.type;
}

function typeOf(error: unknown): string {
  if (error === null) return 'null';
  if (!isObject(error)) return typeof error;
  const constructor = read(error, 'constructor');
  const className = typeof constructor === 'function' ? text(read(constructor, 'name')) : undefined;
  const name = text(read(error, 'name'));
  // `class PaymentError extends Error {}` keeps the name 'Error'; an object with a name of its own keeps that.
  if (className !== undefined && className !== 'Object' && className !== 'Error') return className;
  return name ?? className ?? 'Object';
}

function messageOf(error: unknown): string {
  if (!isObject(error)) return safeText(error).slice(0, MAX_TEXT);
  const message = read(error, 'message');
  if (typeof message === 'string') return message.slice(0, MAX_TEXT);
  if (isErrorLike(error)) return '';
  return jsonOf(error).slice(0, MAX_TEXT);
}

function jsonOf(value: object): string {
  try {
    return JSON.stringify(value) ?? safeText(value);
  } catch {
    // A cyclic value, a BigInt inside or a toJSON that throws: its plain text has to do.
    return safeText(value);
  }
}

function isErrorLike(value: object): boolean {
  return typeof read(value, 'stack') === 'string';
}

function titleOf(error: unknown): string {
  const message = messageOf(error);
  return message === '' ? typeOf(error) : `${typeOf(error)}: ${message}`;
}

/** The causes behind an error and the parts of an AggregateError, each once, bounded. */
function causesOf(error: unknown): unknown[] {
  const seen = new Set<unknown>([error]);
  const causes: unknown[] = [];
  let pending = partsOf(error);
  while (pending.length > 0 && causes.length < MAX_CAUSES) {
    const [next, ...rest] = pending;
    if (seen.has(next)) {
      pending = rest;
      continue;
    }
    seen.add(next);
    causes.push(next);
    pending = [...partsOf(next), ...rest];
  }
  return causes;
}

function partsOf(error: unknown): unknown[] {
  if (!isObject(error)) return [];
  const cause = read(error, 'cause');
  const errors = read(error, 'errors');
  const parts = Array.isArray(errors) ? errors.slice(0, MAX_CAUSES) : [];
  return cause === undefined || cause === null ? parts : [cause, ...parts];
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** A property, or undefined where its getter throws: a hostile error must not hide the user's own. */
function read(value: unknown, key: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
