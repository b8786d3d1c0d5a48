// Creates the facade for one instrumentation scope.

import {
  addEvent,
  getActiveSpan,
  getRootSpan,
  ids,
  recordError,
  setAttribute,
  setAttributes,
  url,
} from './active-span.js';
import { createScopeTracer, type GetTracer } from './active-tracer.js';
import { bind } from './bind.js';
import { detached, suppress, withAttributes } from './context-control.js';
import { check, flush, getTracer as getApiTracer, shutdown, stats } from './lifecycle.js';
import { startManualSpan, withSpan } from './manual-span.js';
import { drop, keep } from './override-sampling.js';
import { childEnv, createContinue, extract, getBaggage, inject, withBaggage } from './propagation.js';
import { readName, readVersion } from './report-input.js';
import { createSpanFunction } from './span.js';
import type { TraceApi } from './trace-api.js';
import { createTraced } from './traced.js';
import { createWrapFunction } from './wrap.js';
import { createWrapAll } from './wrap-all.js';

/**
 * Creates a facade. Only the functions that start spans depend on the scope.
 *
 * @param getTracer returns the active tracer of the scope
 */
export function createTraceApi(getTracer: GetTracer): TraceApi {
  return Object.freeze({
    span: createSpanFunction(getTracer),
    wrap: createWrapFunction(getTracer),
    wrapAll: createWrapAll(getTracer),
    traced: createTraced(getTracer),
    startSpan: (name, options) => startManualSpan(getTracer(), name, options),
    withSpan,
    scope,
    getActiveSpan,
    getRootSpan,
    setAttribute,
    setAttributes,
    addEvent,
    recordError,
    ids,
    url,
    withAttributes,
    bind,
    detached,
    suppress,
    inject,
    extract,
    continue: createContinue(getTracer),
    withBaggage,
    getBaggage,
    childEnv,
    keep,
    drop,
    check,
    flush,
    shutdown,
    stats,
    getTracer: getApiTracer,
  } satisfies TraceApi);
}

function scope(name: string, version?: string): TraceApi {
  return createTraceApi(
    createScopeTracer(readName(name, 'trace.scope'), readVersion(version, 'trace.scope')),
  );
}
