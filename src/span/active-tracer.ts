// The way from the facade to a tracer: ours if init() registered it, somebody else's, or none.
// With none, everything is a cheap no-op: the check costs two property reads and one call into the API.

import {
  context as apiContext,
  ProxyTracerProvider,
  type Tracer,
  type TracerProvider,
  trace as apiTrace,
} from '@opentelemetry/api';
import { globalState, type OwnTracer } from '../core/global-state.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import { setSpanAndLocalRoot } from './foreign-local-root.js';

/** The way through somebody else's provider: the plain API. */
export interface ForeignTracer {
  readonly tracer: Tracer;
  readonly contextManager: OwnTracer['contextManager'];
  /** A context like the given one with the span active. */
  readonly setSpan: OwnTracer['setSpan'];
  readonly foreign: true;
}

/** A tracer and the context manager that belongs to it. */
export type ActiveTracer = OwnTracer | ForeignTracer;

const NO_PROVIDER: TracerProvider = new ProxyTracerProvider().getDelegate();

let foreignProvider: TracerProvider | undefined;
let foreignWay: ForeignTracer | undefined;

/**
 * The way in that is open now.
 *
 * @returns undefined where neither `init()` nor anybody else registered a provider
 */
export function getActiveTracer(): ActiveTracer | undefined {
  return globalState.tracer ?? findForeign();
}

/** The provider that somebody else registered through the API; undefined where there is none. */
export function getForeignTracerProvider(): TracerProvider | undefined {
  const provider = apiTrace.getTracerProvider();
  const behind = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  return behind === NO_PROVIDER ? undefined : behind;
}

function findForeign(): ActiveTracer | undefined {
  const provider = getForeignTracerProvider();
  if (provider === undefined) return undefined;
  if (provider !== foreignProvider || foreignWay === undefined) {
    foreignProvider = provider;
    foreignWay = {
      tracer: provider.getTracer(SCOPE_NAME, VERSION),
      contextManager: apiContext,
      setSpan: setSpanAndLocalRoot,
      foreign: true,
    };
  }
  return foreignWay;
}
