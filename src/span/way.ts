// The way from the facade to a tracer: ours if init() registered it, somebody else's, or none.
// With none, everything is a cheap no-op: the check costs two property reads and one call into the API.

import {
  type Context,
  context as apiContext,
  ProxyTracerProvider,
  type Span,
  type Tracer,
  type TracerProvider,
  trace as apiTrace,
} from '@opentelemetry/api';
import { slot } from '../core/slot.js';

import { SCOPE_NAME, VERSION } from '../core/version.js';
import { rootedContext } from './foreign-root.js';

/** A tracer and the context manager that belongs to it. */
export interface Way {
  readonly tracer: Tracer;
  /** `active` and `with`, as OpenTelemetry's `ContextManager` and its `context` API both have them. */
  readonly contextManager: {
    active(): Context;
    with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
      context: Context,
      fn: F,
      thisArg?: ThisParameterType<F>,
      ...args: A
    ): ReturnType<F>;
  };
  /** A context like the given one with the span active. */
  readonly enter: (context: Context, span: Span) => Context;
  /** True where the provider is not ours: it may refuse what our engine accepts. */
  readonly foreign: boolean;
}

const NO_PROVIDER: TracerProvider = new ProxyTracerProvider().getDelegate();

let foreignProvider: TracerProvider | undefined;
let foreignWay: Way | undefined;

/**
 * The way in that is open now.
 *
 * @returns undefined where neither `init()` nor anybody else registered a provider
 */
export function currentWay(): Way | undefined {
  return slot.wiring ?? findForeign();
}

/** The provider that somebody else registered through the API; undefined where there is none. */
export function foreignTracerProvider(): TracerProvider | undefined {
  const provider = apiTrace.getTracerProvider();
  const behind = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  return behind === NO_PROVIDER ? undefined : behind;
}

function findForeign(): Way | undefined {
  const provider = foreignTracerProvider();
  if (provider === undefined) return undefined;
  if (provider !== foreignProvider || foreignWay === undefined) {
    foreignProvider = provider;
    foreignWay = {
      tracer: provider.getTracer(SCOPE_NAME, VERSION),
      contextManager: apiContext,
      enter: rootedContext,
      foreign: true,
    };
  }
  return foreignWay;
}
