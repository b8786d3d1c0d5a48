// A Context without maps: one slot and a link to the parent. OpenTelemetry's own copies a Map and makes three
// closures for each span that becomes active (about 350 ns); this is one small object (about 15 ns).
//
//   LightContext{SPAN: span} -> LightContext{baggage: b} -> ROOT_CONTEXT (or anyone's Context)
//
// Invariant: within one chain of light contexts each key stands once. A value that is replaced is unlinked, so a
// chain is never longer than its number of keys, and no context keeps a replaced (ended) span alive.

import { type Context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { SPAN_KEY, SUPPRESS_KEY } from './keys.js';

// Held in constants: in the CommonJS build each use of an import is a getter call, 5 % of what a span costs.
const ROOT = ROOT_CONTEXT;

/** A chain longer than this is folded into one of OpenTelemetry's own contexts: look-ups stay bounded. */
const MAX_DEPTH = 16;

/** A span that leaves its context when it ends: see {@link LightContext.replaceSpan}. */
export interface DetachableSpan extends Span {
  /** Told the context in which the span has become active. */
  setActiveContext(context: LightContext): void;
}

/**
 * OpenTelemetry's `Context`, made cheap for the one change that happens for every span.
 *
 * @example
 * const context = withSpan(api.context.active(), span);
 * api.context.with(context, work);
 */
export class LightContext implements Context {
  /** Whether no spans are to be made in here; worked out once, so that starting a span asks a field. */
  readonly suppressed: boolean;
  readonly #parent: Context;
  readonly #key: symbol;
  #value: unknown;

  constructor(parent: Context, key: symbol, value: unknown) {
    this.#parent = parent;
    this.#key = key;
    this.#value = value;
    this.suppressed = key === SUPPRESS_KEY ? value === true : isSuppressed(parent);
  }

  /** The parent's chain without a key, as far as it is made of light contexts. */
  static without(context: LightContext, key: symbol): Context {
    if (context.#key === key) return context.#parent;
    const parent = without(context.#parent, key);
    return parent === context.#parent ? context : new LightContext(parent, context.#key, context.#value);
  }

  getValue(key: symbol): unknown {
    return this.#key === key ? this.#value : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === SPAN_KEY && isObject(value)) return withSpan(this, value as Span);
    const parent = without(this, key);
    return new LightContext(parent instanceof LightContext ? parent.#bounded() : parent, key, value);
  }

  deleteValue(key: symbol): Context {
    const rest = without(this, key);
    // What a foreign parent holds cannot be unlinked, only covered.
    return rest.getValue(key) === undefined ? rest : new LightContext(rest, key, undefined);
  }

  /** Puts something lighter in the place of a span that has ended, if that span still stands in this slot. */
  replaceSpan(ended: Span, rest: Span): void {
    if (this.#value === ended) this.#value = rest;
  }

  #bounded(): Context {
    const chain: LightContext[] = [this];
    let context = this.#parent;
    while (context instanceof LightContext) {
      chain.push(context);
      context = context.#parent;
    }
    if (chain.length < MAX_DEPTH) return this;
    return chain.reduceRight<Context>((folded, one) => folded.setValue(one.#key, one.#value), context);
  }
}

/**
 * A context like the given one in which the span is active; the span that was active is not kept.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/api/#context-interaction}
 */
export function withSpan(context: Context, span: Span): Context {
  const entered = new LightContext(without(context, SPAN_KEY), SPAN_KEY, span);
  (span as Partial<DetachableSpan>).setActiveContext?.(entered);
  return entered;
}

/**
 * The span in a context, whoever made the context.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/api/#context-interaction}
 */
export function activeSpan(context: Context): Span | undefined {
  const span = context.getValue(SPAN_KEY);
  // The key is OpenTelemetry's own: what stands there was put there as a span.
  return isObject(span) ? (span as Span) : undefined;
}

/** Whether tracing is suppressed in a context, whoever made the context. */
export function isSuppressed(context: Context): boolean {
  if (context === ROOT) return false;
  return context instanceof LightContext ? context.suppressed : context.getValue(SUPPRESS_KEY) === true;
}

function without(context: Context, key: symbol): Context {
  return context instanceof LightContext ? LightContext.without(context, key) : context;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
