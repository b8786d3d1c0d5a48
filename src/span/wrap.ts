// trace.wrap: a function or class that starts a span for each call and behaves like the original otherwise.

import type { Span } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import type { GetTracer } from './active-tracer.js';
import { checkWrapOptions } from './check-options.js';
import { copyFunctionProperties, createClassProxy, isClass } from './function-properties.js';
import { NOOP_SPAN } from './noop-span.js';
import { readName, reportArgument } from './report-input.js';
import { requireFunction } from './require-function.js';
import { readAttributesOf, setSpanAttributes } from './set-attributes.js';
import { runInSpanOn } from './span.js';
import type { TraceApi } from './trace-api.js';
import type { SpanOptions, Traceable, TracedOptions } from './types.js';

type Callback = (...args: unknown[]) => unknown;

/** Returns the span name for the `this` and the arguments of a call. */
export type NameOf = (self: unknown, args: unknown[]) => string;

/**
 * Creates {@link TraceApi.wrap}.
 *
 * @param getTracer returns the tracer of the facade
 */
export function createWrapFunction(getTracer: GetTracer): TraceApi['wrap'] {
  return function wrap(name, fn, options) {
    const call = typeof name === 'string' ? `trace.wrap('${name}')` : 'trace.wrap';
    if (!requireFunction(fn, call)) return fn;
    return traceFunction(createNameOf(name, fn), fn, options as TracedOptions | undefined, getTracer);
  };
}

/**
 * Creates a traced function or class with the `this`, parameters, name and length of the original.
 *
 * @param nameOf returns the span name of a call
 * @param fn the original
 * @param options the options of the span
 * @param getTracer returns the tracer of the facade
 */
export function traceFunction<F extends Traceable>(
  nameOf: NameOf,
  fn: F,
  options: TracedOptions | undefined,
  getTracer: GetTracer,
): F {
  checkWrapOptions(options);
  const { fixed, attributes, result } = splitOptions(options);

  function run(self: unknown, args: unknown[], call: (span: Span) => unknown, isCall: boolean): unknown {
    const tracer = getTracer();
    if (tracer === undefined) return call(NOOP_SPAN);
    const spanOptions =
      attributes === undefined ? fixed : withComputedAttributes(fixed, attributes, self, args);
    const onResult =
      result === undefined || !isCall
        ? undefined
        : (span: Span, value: unknown): void => setResultAttributes(span, result, self, value);
    return runInSpanOn(tracer, nameOf(self, args), spanOptions, call, onResult);
  }

  function construct(args: unknown[], newTarget: object): object {
    let instance: object = args;
    // The instance is not the result of the call: a query or a stream that is constructed is not observed.
    const call = (span: Span): void => {
      instance = Reflect.construct(fn as Callback, args, newTarget as Callback);
      if (result !== undefined) setResultAttributes(span, result, undefined, instance);
    };
    run(undefined, args, call, false);
    return instance;
  }

  function traced(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) {
      return run(this, args, () => Reflect.apply(fn as Callback, this, args), true);
    }
    return construct(args, new.target === traced ? fn : new.target);
  }

  const wrapper = isClass(fn) ? createClassProxy(fn, construct) : copyFunctionProperties(traced, fn);
  globalState.tracedFunctions.add(wrapper);
  return wrapper;
}

/**
 * Creates the function that returns the span name of a call.
 *
 * @param name the name, or a function of the arguments
 * @param fn the traced function, whose own name is used if that function fails
 */
function createNameOf(name: unknown, fn: Traceable): NameOf {
  if (typeof name !== 'function') {
    const fixed = readName(name, 'trace.wrap');
    return () => fixed;
  }
  const fallback = fn.name === '' ? 'anonymous' : fn.name;
  return (self, args) => {
    const computed: unknown = guarded(
      'the name function of trace.wrap',
      () => Reflect.apply(name, self, args) as unknown,
      fallback,
    );
    if (typeof computed === 'string') return computed;
    reportArgument('trace.wrap', 'a name as the result of the name function', computed);
    return fallback;
  };
}

interface SplitOptions {
  /** The options that are equal for all calls. */
  readonly fixed: SpanOptions | undefined;
  readonly attributes: Callback | undefined;
  readonly result: Callback | undefined;
}

/** Separates the functions that are called for each call. The options are read once, and no getter throws. */
function splitOptions(options: TracedOptions | undefined): SplitOptions {
  if (options === undefined || options === null)
    return { fixed: undefined, attributes: undefined, result: undefined };
  const { attributes, result, ...rest }: TracedOptions = guarded(
    'the options of a traced function',
    () => ({ ...options }),
    {},
  );
  return {
    fixed: typeof attributes === 'function' || attributes === undefined ? rest : { ...rest, attributes },
    attributes: typeof attributes === 'function' ? (attributes as Callback) : undefined,
    result: typeof result === 'function' ? (result as Callback) : undefined,
  };
}

function withComputedAttributes(
  fixed: SpanOptions | undefined,
  attributes: Callback,
  self: unknown,
  args: unknown[],
): SpanOptions | undefined {
  const computed = guarded(
    'the attributes function of trace.wrap',
    () => Reflect.apply(attributes, self, args),
    undefined,
  );
  const given = readAttributesOf(computed, 'the attributes function of trace.wrap');
  return given === undefined
    ? fixed
    : { ...fixed, attributes: given as NonNullable<SpanOptions['attributes']> };
}

function setResultAttributes(span: Span, result: Callback, self: unknown, value: unknown): void {
  if (!span.isRecording()) return;
  const computed = guarded(
    'the result function of trace.wrap',
    () => Reflect.apply(result, self, [value]),
    undefined,
  );
  setSpanAttributes(span, computed, 'the result function of trace.wrap');
}
