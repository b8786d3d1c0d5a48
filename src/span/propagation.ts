// The functions of the facade for process boundaries: inject, extract, continue, baggage, child processes.

import {
  type Context,
  context as apiContext,
  propagation as apiPropagation,
  type Span,
  trace as apiTrace,
} from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
// Imported from their own files, because only init() loads the propagators behind the index of the layer.
import { addBaggageEntries, getBaggageEntries } from '../propagation/baggage.js';
import { isKeyedCollection } from '../propagation/carriers/collections.js';
import { inject as injectInto } from '../propagation/inject.js';
import { type Environment, injectIntoEnvironment } from '../propagation/process-environment.js';
import { getActiveTracer, type GetTracer } from './active-tracer.js';
import { readAttributes } from './read-input.js';
import { canCarryContext, extractCarrier } from './remote-context.js';
import { isObject, reportArgument } from './report-input.js';
import { requireFunction } from './require-function.js';
import { runInSpanOn } from './span.js';
import type { TraceApi } from './trace-api.js';
import type { Carrier, ContinueOptions, SpanOptions } from './types.js';

/** Implements {@link TraceApi.inject}. */
export const inject: TraceApi['inject'] = ((carrier?: Carrier): Carrier => {
  if (carrier === undefined || carrier === null) return injectInto(undefined, getActiveContext());
  if (!canCarryContext(carrier)) {
    reportArgument('trace.inject', 'a carrier, such as the headers of a message', carrier);
    return carrier;
  }
  if (!isWritable(carrier)) reportArgument('trace.inject', 'a carrier that is not frozen', carrier);
  return injectInto(carrier, getActiveContext());
}) as TraceApi['inject'];

/** Implements {@link TraceApi.extract}. */
export function extract(carrier: Carrier): Context {
  return extractCarrier(carrier, getActiveContext(), 'trace.extract');
}

/**
 * Creates {@link TraceApi.continue}.
 *
 * @param getTracer returns the tracer of the facade
 */
export function createContinue(getTracer: GetTracer): TraceApi['continue'] {
  return function continueTrace<T>(
    carrier: Carrier,
    name: string,
    second: ContinueOptions | undefined | ((span: Span) => T),
    third?: (span: Span) => T,
  ): T {
    const fn = typeof second === 'function' ? second : third;
    if (typeof fn !== 'function') {
      requireFunction(fn, `trace.continue('${safeText(name)}')`);
      return undefined as T;
    }
    const options = typeof second === 'function' ? undefined : withoutParent(second ?? undefined);
    const base = withoutTrace(getActiveContext());
    const remote = extractCarrier(carrier, base, 'trace.continue');
    return getContextManager().with(remote, () => runInSpanOn(getTracer(), name, options, fn));
  };
}

/** Implements {@link TraceApi.withBaggage}. */
export function withBaggage<T>(entries: Readonly<Record<string, string | undefined>>, fn: () => T): T {
  if (!requireFunction(fn, 'trace.withBaggage')) return undefined as T;
  const active = getActiveContext();
  const given = readAttributes(entries);
  if (given === undefined) {
    reportArgument('trace.withBaggage', 'an object with entries', entries);
    return fn();
  }
  const context = guarded(
    'the entries of trace.withBaggage',
    () => addBaggageEntries(given as Record<string, unknown>, active, reportBaggageValue),
    active,
  );
  return getContextManager().with(context, fn);
}

/** Implements {@link TraceApi.getBaggage}. */
export function getBaggage(): Record<string, string> {
  return getBaggageEntries(getActiveContext());
}

/** Implements {@link TraceApi.childEnv}. */
export function childEnv(env?: Environment): Environment {
  const isValid = isObject(env);
  if (!isValid && env !== undefined && env !== null) {
    reportArgument('trace.childEnv', 'an object with environment variables', env);
  }
  const context = getActiveContext();
  return guarded(
    'the environment of trace.childEnv',
    () => injectIntoEnvironment(isValid ? env : process.env, context),
    isValid ? env : process.env,
  );
}

function reportBaggageValue(_key: string, value: unknown): void {
  reportArgument('trace.withBaggage', 'text as the value of an entry', value);
}

/**
 * The context in which `trace.continue` reads the carrier. Only the carrier supplies the span and the baggage. Everything else
 * remains, such as the attributes of `trace.withAttributes`.
 */
function withoutTrace(context: Context): Context {
  const withoutSpan = apiTrace.deleteSpan(context);
  return apiPropagation.getBaggage(withoutSpan) === undefined
    ? withoutSpan
    : apiPropagation.deleteBaggage(withoutSpan);
}

/** Removes the options that `trace.continue` does not have, because the carrier is the parent. */
function withoutParent(options: ContinueOptions | undefined): ContinueOptions | undefined {
  const { root, parent } = guarded('the options of trace.continue', () => readParentOptions(options ?? {}), {
    root: undefined,
    parent: undefined,
  });
  if (root === undefined && parent === undefined) return options;
  globalState.diagnostics.reportOnce('span-options-conflict:continue', 'warn', {
    code: 'span_options_conflict',
    message: 'trace.continue ignores the options root and parent, because the carrier supplies the parent',
    fix: 'Use trace.span() with the option root or parent.',
    source: 'trace.continue',
  });
  return guarded(
    'the options of trace.continue',
    () => ({ ...options, root: undefined, parent: undefined }),
    undefined,
  );
}

function readParentOptions({ root, parent }: SpanOptions): Pick<SpanOptions, 'root' | 'parent'> {
  return { root, parent };
}

/** Whether headers can be added. A `Headers` object or a map keeps them inside, even if it is frozen. */
function isWritable(carrier: object): boolean {
  return guarded('reading a carrier', () => Object.isExtensible(carrier) || isKeyedCollection(carrier), true);
}

/** Without a provider (`OTEL_SDK_DISABLED`) there are no spans, but an incoming context is still passed on. */
function getContextManager(): Pick<typeof apiContext, 'active' | 'with'> {
  return getActiveTracer()?.contextManager ?? apiContext;
}

function getActiveContext(): Context {
  return getContextManager().active();
}
