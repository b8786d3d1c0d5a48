// A Context without maps: one key, one value and a link to the parent. OpenTelemetry's context copies a Map and creates
// three closures for each span that becomes active (about 350 ns). This one is a small object (about 15 ns).
//
//   LightContext{SPAN: span} -> LightContext{baggage: b} -> ROOT_CONTEXT (or a context of another class)
//
// Invariant: each key occurs once in a chain of light contexts. A replaced value is unlinked, so a chain is never longer
// than its number of keys, and no context keeps a replaced (ended) span alive.

import { type Context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { SPAN_KEY, SUPPRESS_KEY } from './keys.js';

// A constant, because in the CommonJS build each use of an import is a getter call: 5 % of the cost of a span.
const ROOT = ROOT_CONTEXT;

/** A longer chain is folded into a context of OpenTelemetry, so that look-ups are bounded. */
const MAX_DEPTH = 16;

/** A span that a smaller object replaces in its context when it ends: see {@link LightContext.replaceSpan}. */
export interface DetachableSpan extends Span {
  /** Receives the context in which the span has become active. */
  setActiveContext(context: LightContext): void;
}

/**
 * OpenTelemetry's `Context`, optimised for the change that every active span makes.
 *
 * @example
 * const context = setSpan(api.context.active(), span);
 * api.context.with(context, work);
 */
export class LightContext implements Context {
  /** Whether tracing is suppressed. It is computed once, so that the start of a span reads a field. */
  readonly isSuppressed: boolean;
  readonly #parent: Context;
  readonly #key: symbol;
  #value: unknown;

  constructor(parent: Context, key: symbol, value: unknown) {
    this.#parent = parent;
    this.#key = key;
    this.#value = value;
    this.isSuppressed = key === SUPPRESS_KEY ? value === true : isSuppressed(parent);
  }

  /** Removes a key from the light contexts at the start of a chain. */
  static unlinkKey(context: LightContext, key: symbol): Context {
    if (context.#key === key) return context.#parent;
    const parent = unlinkKey(context.#parent, key);
    return parent === context.#parent ? context : new LightContext(parent, context.#key, context.#value);
  }

  getValue(key: symbol): unknown {
    return this.#key === key ? this.#value : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === SPAN_KEY && isObject(value)) return setSpan(this, value as Span);
    const parent = unlinkKey(this, key);
    return new LightContext(parent instanceof LightContext ? parent.#fold() : parent, key, value);
  }

  deleteValue(key: symbol): Context {
    const rest = unlinkKey(this, key);
    // A value in a parent of another class cannot be unlinked, only hidden.
    return rest.getValue(key) === undefined ? rest : new LightContext(rest, key, undefined);
  }

  /** Replaces a span that has ended, if this context still holds it. */
  replaceSpan(ended: Span, replacement: Span): void {
    if (this.#value === ended) this.#value = replacement;
  }

  /** Copies a chain that has reached the maximum depth into a context of OpenTelemetry. */
  #fold(): Context {
    const chain: LightContext[] = [this];
    let context = this.#parent;
    while (context instanceof LightContext) {
      chain.push(context);
      context = context.#parent;
    }
    if (chain.length < MAX_DEPTH) return this;
    return chain.reduceRight<Context>((folded, link) => folded.setValue(link.#key, link.#value), context);
  }
}

/**
 * Returns a context in which the span is active. It does not keep the span that was active before.
 *
 * @param context the parent context
 * @param span the span
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/api/#context-interaction}
 */
export function setSpan(context: Context, span: Span): Context {
  const child = new LightContext(unlinkKey(context, SPAN_KEY), SPAN_KEY, span);
  (span as Partial<DetachableSpan>).setActiveContext?.(child);
  return child;
}

/**
 * Returns a context in which the span is the parent of spans that start now. Unlike with {@link setSpan}, an ended span
 * remains in it, because the context does not outlive the start of a span.
 *
 * @param context the context to extend
 * @param span the parent
 */
export function setParentSpan(context: Context, span: Span): Context {
  return new LightContext(unlinkKey(context, SPAN_KEY), SPAN_KEY, span);
}

/**
 * Returns the span of a context of any class.
 *
 * @param context the context
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/api/#context-interaction}
 */
export function getSpan(context: Context): Span | undefined {
  const span = context.getValue(SPAN_KEY);
  // The key belongs to OpenTelemetry, so an object under it is a span.
  return isObject(span) ? (span as Span) : undefined;
}

/** Whether tracing is suppressed in a context of any class. */
export function isSuppressed(context: Context): boolean {
  if (context === ROOT) return false;
  return context instanceof LightContext ? context.isSuppressed : context.getValue(SUPPRESS_KEY) === true;
}

function unlinkKey(context: Context, key: symbol): Context {
  return context instanceof LightContext ? LightContext.unlinkKey(context, key) : context;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
