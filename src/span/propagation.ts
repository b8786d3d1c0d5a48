// Over process boundaries: write the context into a carrier, read it back, and go on with the story.

import { type Context, context as apiContext, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
// From their own files: the propagators behind the layer's index are loaded by init() only.
import { addBaggageEntries, getBaggageEntries } from '../propagation/baggage.js';
import { injectIntoEnvironment as envWithContext } from '../propagation/process-environment.js';
import { extract as extractFrom } from '../propagation/extract.js';
import { inject as injectInto } from '../propagation/inject.js';
import { requireFunction } from './require-function.js';
import { runInSpan } from './span.js';
import type { Carrier, ContinueOptions } from './types.js';
import { getActiveTracer } from './active-tracer.js';

/** Implements {@link Trace.inject}. */
export function inject(): Record<string, string>;
export function inject<C extends Carrier>(carrier: C): C;
export function inject(carrier: Carrier = {}): Carrier {
  return injectInto(carrier, activeContext());
}

/** Implements {@link Trace.extract}. */
export function extract(carrier: Carrier): Context {
  return extractFrom(carrier, activeContext());
}

/** Implements {@link Trace.continue}. */
export function continueTrace<T>(carrier: Carrier, name: string, fn: (span: Span) => T): T;
export function continueTrace<T>(
  carrier: Carrier,
  name: string,
  options: ContinueOptions,
  fn: (span: Span) => T,
): T;
export function continueTrace<T>(
  carrier: Carrier,
  name: string,
  second: ContinueOptions | ((span: Span) => T),
  third?: (span: Span) => T,
): T {
  const fn = typeof second === 'function' ? second : third;
  const options = typeof second === 'function' ? undefined : (second ?? undefined);
  if (typeof fn !== 'function') {
    requireFunction(fn, `trace.continue('${String(name)}')`);
    return undefined as T;
  }
  const way = getActiveTracer();
  // The carrier alone says where the story comes from: what is active here must not become its parent.
  const remote = extractFrom(carrier, ROOT_CONTEXT);
  const work = (): T => runInSpan(name, options, fn);
  return (way?.contextManager ?? apiContext).with(remote, work);
}

/** Implements {@link Trace.withBaggage}. */
export function withBaggage<T>(entries: Record<string, string>, fn: () => T): T {
  if (!requireFunction(fn, 'trace.withBaggage')) return undefined as T;
  const active = activeContext();
  const context = guarded('the entries of trace.withBaggage', () => addBaggageEntries(entries, active), active);
  return (getActiveTracer()?.contextManager ?? apiContext).with(context, fn);
}

/** Implements {@link Trace.getBaggage}. */
export function getBaggage(): Record<string, string> {
  return getBaggageEntries(activeContext());
}

/** Implements {@link Trace.childEnv}. */
export function childEnv(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return envWithContext(env, activeContext());
}

/** Without a provider (`OTEL_SDK_DISABLED`) there are no spans, but what came in still goes out. */
function activeContext(): Context {
  return (getActiveTracer()?.contextManager ?? apiContext).active();
}
