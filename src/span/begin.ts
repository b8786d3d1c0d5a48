// From the facade's options to a started span: kinds by name, parents of every form, nothing that can throw.

import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions as ApiSpanOptions,
  trace as apiTrace,
} from '@opentelemetry/api';
import { normaliseAttributes } from '../core/attributes.js';
import { reportFault } from '../core/guard.js';
import { slot } from '../core/slot.js';
import { extract } from '../propagation/index.js';
import { NO_SPAN } from './no-span.js';
import type { SpanOptions } from './types.js';
import type { Way } from './way.js';

const KINDS: Readonly<Record<string, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/**
 * Starts a span; a provider that throws gives a span that records nothing.
 *
 * @param way the tracer to start it on
 * @param name the span's name
 * @param options the facade's options
 * @param parent the context that holds the parent, as `parentContext` answered
 */
export function begin(way: Way, name: string, options: SpanOptions | undefined, parent: Context): Span {
  try {
    return way.tracer.startSpan(name, options === undefined ? undefined : apiOptions(way, options), parent);
  } catch (error) {
    // Only a foreign provider can throw here; the user's work must run all the same.
    reportFault('the tracer provider', error);
    return NO_SPAN;
  }
}

/** The context a span starts under: the options' parent, else the active one. */
export function parentContext(active: Context, options: SpanOptions | undefined): Context {
  if (options === undefined) return active;
  if (options.root === true) return apiTrace.deleteSpan(active);
  const { parent } = options;
  if (parent === undefined || parent === null) return active;
  if (isContext(parent)) return parent;
  if (isSpanContext(parent)) return apiTrace.setSpanContext(active, parent);
  return extract(parent, apiTrace.deleteSpan(active));
}

function apiOptions(way: Way, options: SpanOptions): ApiSpanOptions {
  const { attributes, kind, links, root, startTime } = options;
  const result: ApiSpanOptions = {};
  // Our engine keeps dates, big integers and objects by itself; a foreign one would drop or refuse them.
  if (attributes !== undefined)
    result.attributes = way.foreign ? normaliseAttributes(attributes) : attributes;
  if (kind !== undefined) result.kind = kindOf(kind);
  if (links !== undefined) result.links = [...links];
  if (root === true) result.root = true;
  if (startTime !== undefined) result.startTime = startTime;
  return result;
}

function kindOf(kind: SpanOptions['kind']): SpanKind {
  const known = typeof kind === 'string' ? KINDS[kind.toLowerCase()] : kind;
  if (known !== undefined && SpanKind[known] !== undefined) return known;
  slot.diagnostics.once(
    `kind:${String(kind)}`,
    'warn',
    `unknown span kind '${String(kind)}'; expected one of ${Object.keys(KINDS).join(', ')}; 'internal' is used`,
  );
  return SpanKind.INTERNAL;
}

function isContext(value: object): value is Context {
  return value === ROOT_CONTEXT || typeof (value as Partial<Context>).getValue === 'function';
}

function isSpanContext(value: object): value is SpanContext {
  const { traceId, spanId } = value as Partial<SpanContext>;
  return (
    typeof traceId === 'string' && typeof spanId === 'string' && isSpanContextValid(value as SpanContext)
  );
}
