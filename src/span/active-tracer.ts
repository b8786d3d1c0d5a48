// The tracer behind the facade: ours after init(), that of a foreign provider, or none.
// Without one, every function of the facade is a cheap no-op. The check costs two property reads and one call of the API.

import {
  context as apiContext,
  ProxyTracerProvider,
  type Tracer,
  type TracerProvider,
  trace as apiTrace,
} from '@opentelemetry/api';
import { globalState, type OwnTracer } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import { reportOtherLayout } from '../core/other-layouts.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import { setSpanAndLocalRoot } from './foreign-local-root.js';

/** The tracer of a provider that another library registered. The facade uses it through the API. */
export interface ForeignTracer {
  readonly tracer: Tracer;
  readonly provider: TracerProvider;
  readonly contextManager: OwnTracer['contextManager'];
  /** Returns a context in which the span is active. */
  readonly setSpan: OwnTracer['setSpan'];
  readonly isForeign: true;
}

/** A tracer and the context manager that belongs to it. */
export type ActiveTracer = OwnTracer | ForeignTracer;

/** Returns the active tracer of one instrumentation scope. */
export type GetTracer = () => ActiveTracer | undefined;

const NO_PROVIDER: TracerProvider = new ProxyTracerProvider().getDelegate();

let foreignProvider: TracerProvider | undefined;
let foreignTracer: ForeignTracer | undefined;

/**
 * Returns the active tracer.
 *
 * @returns undefined if neither `init()` nor another library registered a provider
 */
export function getActiveTracer(): ActiveTracer | undefined {
  return globalState.tracer ?? getForeignTracer();
}

/** Returns the provider that another library registered through the API, or undefined if there is none. */
export function getForeignTracerProvider(): TracerProvider | undefined {
  const registered = apiTrace.getTracerProvider();
  const provider = registered instanceof ProxyTracerProvider ? registered.getDelegate() : registered;
  return provider === NO_PROVIDER ? undefined : provider;
}

/**
 * Creates a function that returns the active tracer of an instrumentation scope. The provider may change at any time.
 *
 * @param name the name of the library
 * @param version its version
 */
export function createScopeTracer(name: string, version: string | undefined): GetTracer {
  let base: ActiveTracer | undefined;
  let scoped: ActiveTracer | undefined;
  return () => {
    const active = getActiveTracer();
    if (active !== base) {
      scoped = active && withScope(active, name, version);
      base = active;
    }
    return scoped;
  };
}

function withScope(active: ActiveTracer, name: string, version: string | undefined): ActiveTracer {
  return guarded(
    'getTracer of the tracer provider',
    () =>
      active.isForeign
        ? { ...active, tracer: active.provider.getTracer(name, version) }
        : { ...active, tracer: active.getTracer(name, version) },
    active,
  );
}

function getForeignTracer(): ForeignTracer | undefined {
  const provider = getForeignTracerProvider();
  if (provider === undefined) return undefined;
  if (provider !== foreignProvider || foreignTracer === undefined) {
    reportOtherLayout(provider);
    foreignProvider = provider;
    foreignTracer = {
      tracer: provider.getTracer(SCOPE_NAME, VERSION),
      provider,
      contextManager: apiContext,
      setSpan: setSpanAndLocalRoot,
      isForeign: true,
    };
  }
  return foreignTracer;
}
