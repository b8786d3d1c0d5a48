// Starts a span from the options of the facade: kinds by name, parents of every form. Nothing throws.

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
import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import { guarded, reportFault } from '../core/guard.js';
import { extract } from '../propagation/extract.js';
import { normaliseAttributes } from '../spans/attributes.js';
import type { ActiveTracer } from './active-tracer.js';
import { NOOP_SPAN } from './noop-span.js';
import type { SpanOptions } from './types.js';

const KINDS: Readonly<Record<string, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/**
 * Starts a span on a tracer. If the provider throws, the span records nothing.
 *
 * @param tracer the tracer
 * @param name the name of the span
 * @param options the options of the facade
 * @param parent the context that holds the parent: see {@link resolveParentContext}
 */
export function startSpanOn(
  tracer: ActiveTracer,
  name: string,
  options: SpanOptions | undefined,
  parent: Context,
): Span {
  try {
    if (tracer.isForeign) return tracer.tracer.startSpan(name, options && toApiOptions(options), parent);
    // Our engine takes separate arguments, so that a span without options needs no options object.
    if (options === undefined) {
      return tracer.tracer.startSpanIn(name, undefined, undefined, undefined, undefined, undefined, parent);
    }
    const { attributes, kind, links, startTime } = options;
    return tracer.tracer.startSpanIn(
      name,
      kind && resolveKind(kind),
      attributes,
      links,
      startTime,
      undefined,
      parent,
    );
  } catch (error) {
    // A foreign provider or a getter of the options threw. The function of the application must still run.
    reportFault('starting a span', error);
    return NOOP_SPAN;
  }
}

/**
 * Returns the context that holds the parent of a new span. Never throws.
 *
 * @param active the active context
 * @param options the options, whose `root` and `parent` take precedence
 */
export function resolveParentContext(active: Context, options: SpanOptions | undefined): Context {
  if (options === undefined) return active;
  return guarded('the option root or parent of trace.span', () => readParentContext(active, options), active);
}

function readParentContext(active: Context, options: SpanOptions): Context {
  if (options.root === true) return apiTrace.deleteSpan(active);
  const { parent } = options;
  if (parent === undefined || parent === null) return active;
  if (isContext(parent)) return parent;
  if (isSpanContext(parent)) return apiTrace.setSpanContext(active, parent);
  return extract(parent, apiTrace.deleteSpan(active));
}

/** Converts options for a foreign provider, which would drop or refuse dates, big integers and objects. */
function toApiOptions(options: SpanOptions): ApiSpanOptions {
  const { attributes, kind, links, root, startTime } = options;
  return {
    ...(attributes === undefined ? {} : { attributes: normaliseAttributes(attributes) }),
    ...(kind === undefined ? {} : { kind: resolveKind(kind) }),
    ...(links === undefined ? {} : { links: [...links] }),
    ...(root === true ? { root } : {}),
    ...(startTime === undefined ? {} : { startTime }),
  };
}

function resolveKind(kind: SpanOptions['kind']): SpanKind {
  const known = typeof kind === 'string' ? KINDS[kind.toLowerCase()] : kind;
  if (known !== undefined && SpanKind[known] !== undefined) return known;
  const received = safeText(kind);
  globalState.diagnostics.reportOnce(`kind:${received}`, 'warn', {
    code: 'unknown_span_kind',
    message: `the span kind '${received}' is unknown, and 'internal' is used`,
    fix: `Set the option kind to one of ${Object.keys(KINDS).join(', ')}.`,
    source: 'kind',
  });
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
