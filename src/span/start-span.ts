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
import { normaliseAttributes } from '../spans/attributes.js';
import { guarded, reportFault } from '../core/guard.js';
import { globalState } from '../core/global-state.js';
import { extract } from '../propagation/extract.js';
import { NOOP_SPAN } from './noop-span.js';
import type { SpanOptions } from './types.js';
import type { ActiveTracer } from './active-tracer.js';

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
export function startSpanOn(
  way: ActiveTracer,
  name: string,
  options: SpanOptions | undefined,
  parent: Context,
): Span {
  try {
    if (way.foreign) return way.tracer.startSpan(name, options && apiOptions(options), parent);
    // Our engine takes the parts as they are: no options object for the span that needs none.
    if (options === undefined) {
      return way.tracer.startSpanIn(name, undefined, undefined, undefined, undefined, undefined, parent);
    }
    const { attributes, kind, links, startTime } = options;
    return way.tracer.startSpanIn(
      name,
      kind && kindOf(kind),
      attributes,
      links,
      startTime,
      undefined,
      parent,
    );
  } catch (error) {
    // A foreign provider or a getter of the options threw; the user's work must run all the same.
    reportFault('starting a span', error);
    return NOOP_SPAN;
  }
}

/** The context a span starts under: the options' parent, else the active one. Never throws. */
export function resolveParentContext(active: Context, options: SpanOptions | undefined): Context {
  if (options === undefined) return active;
  return guarded('the option root or parent of trace.span', () => wantedParent(active, options), active);
}

function wantedParent(active: Context, options: SpanOptions): Context {
  if (options.root === true) return apiTrace.deleteSpan(active);
  const { parent } = options;
  if (parent === undefined || parent === null) return active;
  if (isContext(parent)) return parent;
  if (isSpanContext(parent)) return apiTrace.setSpanContext(active, parent);
  return extract(parent, apiTrace.deleteSpan(active));
}

/** The options for somebody else's provider, which would drop or refuse dates, big integers and objects. */
function apiOptions(options: SpanOptions): ApiSpanOptions {
  const { attributes, kind, links, root, startTime } = options;
  return {
    ...(attributes === undefined ? {} : { attributes: normaliseAttributes(attributes) }),
    ...(kind === undefined ? {} : { kind: kindOf(kind) }),
    ...(links === undefined ? {} : { links: [...links] }),
    ...(root === true ? { root } : {}),
    ...(startTime === undefined ? {} : { startTime }),
  };
}

function kindOf(kind: SpanOptions['kind']): SpanKind {
  const known = typeof kind === 'string' ? KINDS[kind.toLowerCase()] : kind;
  if (known !== undefined && SpanKind[known] !== undefined) return known;
  globalState.diagnostics.once(
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
