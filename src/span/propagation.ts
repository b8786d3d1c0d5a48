// The functions of the facade for process boundaries: inject, extract, continue, baggage, child processes.

import { type Context, context as apiContext, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
// Imported from their own files, because only init() loads the propagators behind the index of the layer.
import { addBaggageEntries, getBaggageEntries } from '../propagation/baggage.js';
import { extract as extractFrom } from '../propagation/extract.js';
import { inject as injectInto } from '../propagation/inject.js';
import { injectIntoEnvironment } from '../propagation/process-environment.js';
import { getActiveTracer } from './active-tracer.js';
import { requireFunction } from './require-function.js';
import { runInSpan } from './span.js';
import type { Carrier, ContinueOptions } from './types.js';

/** Implements {@link Trace.inject}. */
export function inject(): Record<string, string>;
export function inject<C extends Carrier>(carrier: C): C;
export function inject(carrier: Carrier = {}): Carrier {
  return injectInto(carrier, getActiveContext());
}

/** Implements {@link Trace.extract}. */
export function extract(carrier: Carrier): Context {
  return extractFrom(carrier, getActiveContext());
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
  const tracer = getActiveTracer();
  // Only the carrier supplies the parent, so the active context is not the base.
  const remote = extractFrom(carrier, ROOT_CONTEXT);
  const work = (): T => runInSpan(name, options, fn);
  return (tracer?.contextManager ?? apiContext).with(remote, work);
}

/** Implements {@link Trace.withBaggage}. */
export function withBaggage<T>(entries: Record<string, string>, fn: () => T): T {
  if (!requireFunction(fn, 'trace.withBaggage')) return undefined as T;
  const active = getActiveContext();
  const context = guarded(
    'the entries of trace.withBaggage',
    () => addBaggageEntries(entries, active),
    active,
  );
  return (getActiveTracer()?.contextManager ?? apiContext).with(context, fn);
}

/** Implements {@link Trace.getBaggage}. */
export function getBaggage(): Record<string, string> {
  return getBaggageEntries(getActiveContext());
}

/** Implements {@link Trace.childEnv}. */
export function childEnv(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return injectIntoEnvironment(env, getActiveContext());
}

/** Without a provider (`OTEL_SDK_DISABLED`) there are no spans, but an incoming context is still passed on. */
function getActiveContext(): Context {
  return (getActiveTracer()?.contextManager ?? apiContext).active();
}
