// Our tracer: OpenTelemetry's `Tracer`, and a method without an options object for the facade.
// https://opentelemetry.io/docs/specs/otel/trace/sdk/#sdk-span-creation

import {
  type Attributes,
  context as contextApi,
  type Context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type TimeInput,
  type Tracer as ApiTracer,
  type TraceState,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { type Sampler, SamplingDecision, type SpanLimits } from '@opentelemetry/sdk-trace-base';
import {
  type ContextAttributes,
  getContextAttributes,
  getSpan,
  isSuppressed,
  SPAN_KEY,
  setSpan,
} from '../context/index.js';
import { normaliseAttributes } from '../spans/attributes.js';
import { getRandomFlag, SAMPLED_FLAG } from '../spans/trace-flags.js';
import { LocalTrace } from './local-trace.js';
import type { MultiSpanProcessor } from './multi-span-processor.js';
import { NonRecordingSpan } from './non-recording-span.js';
import {
  LOCAL_UNSAMPLED,
  NO_PARENT,
  PARENT_ORIGINS,
  type ParentState,
  getParentState,
} from './parent-state.js';
import { callSampler, decideBuiltIn } from './sampling-decision.js';
import { copyLinks, sanitizeLink, sanitizeName } from './sanitize.js';
import { Span } from './span.js';
import type { OwningTracer, TracerSharedState } from './tracer-shared-state.js';

// Constants, because in the CommonJS build each use of an import is a getter call: 5 % of the cost of a span.
const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const KINDS = SpanKind;
const { INTERNAL } = SpanKind;
const NO_OPTIONS: SpanOptions = {};

/** Starts the spans of one instrumentation scope. */
export class Tracer implements ApiTracer, OwningTracer {
  readonly instrumentationScope: InstrumentationScope;
  /** The state that all tracers of the provider share. */
  readonly shared: TracerSharedState;

  constructor(instrumentationScope: InstrumentationScope, shared: TracerSharedState) {
    this.instrumentationScope = instrumentationScope;
    this.shared = shared;
  }

  // Tools and tests of OpenTelemetry read the parts of a tracer under these names.
  get _sampler(): Sampler {
    return this.shared.sampler;
  }

  get _spanLimits(): SpanLimits {
    return this.shared.configuredLimits;
  }

  get _resource(): Resource {
    return this.shared.resource;
  }

  get _spanProcessor(): MultiSpanProcessor {
    return this.shared.processors;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): ApiSpan {
    const parent = context ?? this.shared.activeContext();
    let { kind, attributes, links, startTime, root } = NO_OPTIONS;
    try {
      if (options !== undefined && options !== null) ({ kind, attributes, links, startTime, root } = options);
    } catch (error) {
      // A getter of the options threw. The span starts with the options that were read before it.
      this.shared.faults.reportFailure(undefined, 'span options', 'a getter', error);
    }
    return this.startSpanIn(name, kind, attributes, links, startTime, root, parent);
  }

  startActiveSpan<F extends (span: ApiSpan) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: ApiSpan) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: ApiSpan) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: ApiSpan) => ReturnType<F>>(
    name: string,
    second: F | SpanOptions,
    third?: F | Context,
    fourth?: F,
  ): ReturnType<F> | undefined {
    let options: SpanOptions | undefined;
    let context: Context | undefined;
    let fn: F;
    if (third === undefined) fn = second as F;
    else {
      options = second as SpanOptions;
      if (fourth === undefined) fn = third as F;
      else {
        context = third as Context;
        fn = fourth;
      }
    }
    if (fn === undefined) return undefined;
    const parent = context ?? this.shared.activeContext();
    const span = this.startSpan(name, options, parent);
    return contextApi.with(setSpan(parent, span), fn as (span: ApiSpan) => ReturnType<F>, undefined, span);
  }

  /**
   * Starts a span without an options object. `startSpan` and the facade call it. Never throws.
   *
   * @param context the context that holds the parent
   */
  startSpanIn(
    name: string,
    kind: SpanKind | undefined,
    attributes: Attributes | undefined,
    links: readonly Link[] | undefined,
    startTime: TimeInput | undefined,
    root: boolean | undefined,
    context: Context,
  ): Span | NonRecordingSpan {
    try {
      return this._start(sanitizeName(name), sanitizeKind(kind), attributes, links, startTime, root, context);
    } catch (error) {
      // Only an invalid context or parent span throws. The span starts without a parent.
      this.shared.faults.reportFailure(undefined, 'parent context', 'a method', error);
      return this._start(
        sanitizeName(name),
        sanitizeKind(kind),
        attributes,
        links,
        startTime,
        root,
        ROOT_CONTEXT,
      );
    }
  }

  private _start(
    name: string,
    kind: SpanKind,
    attributes: Attributes | undefined,
    links: readonly Link[] | undefined,
    startTime: TimeInput | undefined,
    root: boolean | undefined,
    givenContext: Context,
  ): Span | NonRecordingSpan {
    const { shared } = this;
    const context = root === true ? givenContext.deleteValue(SPAN_KEY) : givenContext;
    if (isSuppressed(context)) return NonRecordingSpan.wrap(INVALID_SPAN_CONTEXT);
    const parent = root === true ? undefined : getSpan(context);
    if (!shared.isEnabled) return NonRecordingSpan.wrap(parent?.spanContext() ?? INVALID_SPAN_CONTEXT);
    let parentContext: SpanContext | undefined;
    let parentState: ParentState = NO_PARENT;
    if (parent instanceof Span) {
      // Our own ids are valid. To check 48 digits again would take a tenth of the time of a span.
      parentContext = parent.spanContext();
      parentState = getParentState(parentContext);
    } else if (parent instanceof NonRecordingSpan && parent.isUnsampled) parentState = LOCAL_UNSAMPLED;
    else if (parent !== undefined) {
      parentContext = getValidSpanContext(parent);
      if (parentContext !== undefined) parentState = getParentState(parentContext);
    }

    const decision = decideBuiltIn(shared.sampler, parentState);
    if (decision === NOT_RECORD && shared.ids.isLazy) {
      shared.metrics?.countStarted(PARENT_ORIGINS[parentState], decision);
      const traceIdSource =
        parentContext ?? (parentState === NO_PARENT ? undefined : findUnsampledRoot(parent));
      return NonRecordingSpan.unsampled(shared, traceIdSource, undefined);
    }

    if (parentState !== NO_PARENT) parentContext ??= parent?.spanContext();
    const spanId = shared.ids.generateSpanId();
    const traceId = parentContext === undefined ? shared.ids.generateTraceId() : parentContext.traceId;
    const inherited = getContextAttributes(context);
    const result =
      decision === undefined
        ? this._callSampler(parentState, context, traceId, name, kind, inherited, attributes, links)
        : { decision, attributes, traceState: undefined };
    shared.metrics?.countStarted(PARENT_ORIGINS[parentState], result.decision);
    const flags = parentContext === undefined ? shared.ids.rootFlags : getRandomFlag(parentContext);
    const spanContext = createSpanContext(
      traceId,
      spanId,
      result.decision === RECORD_AND_SAMPLED ? flags | SAMPLED_FLAG : flags,
      result.traceState ?? parentContext?.traceState,
    );
    if (result.decision === NOT_RECORD) {
      const isBelowUnsampled = parent instanceof NonRecordingSpan && parent.isUnsampled;
      const source = isBelowUnsampled ? parent.unsampledRoot : undefined;
      return NonRecordingSpan.unsampled(shared, source, spanContext);
    }

    const monotonicMs = shared.clock.monotonicMs();
    const trace = findLocalTrace(parent, shared, monotonicMs);
    const span = new Span(
      this,
      name,
      kind,
      spanContext,
      parentContext,
      trace ?? new LocalTrace(shared.anchor, monotonicMs),
      monotonicMs,
      startTime,
    );
    if (trace === undefined) span.localTrace.setLocalRoot(span);
    if (links !== undefined) span.addLinks(copyLinks(links));
    if (inherited !== undefined && decision !== undefined) span.setAttributes(inherited as Attributes);
    if (result.attributes !== undefined) span.setAttributes(result.attributes);
    shared.processors.onStart(span, context);
    return span;
  }

  /** Calls a sampler that is not built in, with attributes and links in the form that the span will have. */
  private _callSampler(
    parentState: ParentState,
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    inherited: ContextAttributes | undefined,
    givenAttributes: Attributes | undefined,
    givenLinks: readonly Link[] | undefined,
  ): {
    decision: SamplingDecision;
    attributes: Attributes;
    traceState: TraceState | undefined;
  } {
    const { sampler, faults, limits } = this.shared;
    const given = normaliseAttributes(givenAttributes, faults.reportDroppedAttribute);
    const attributes = inherited === undefined ? given : { ...normaliseAttributes(inherited), ...given };
    const links = copyLinks(givenLinks).flatMap(given => {
      const link = sanitizeLink(given, limits, faults);
      return link === undefined ? [] : [{ context: link.context, attributes: link.attributes ?? {} }];
    });
    const result = callSampler(sampler, parentState, faults, context, traceId, name, kind, attributes, links);
    return {
      decision: result.decision,
      attributes: result.attributes === undefined ? attributes : Object.assign(attributes, result.attributes),
      traceState: result.traceState,
    };
  }
}

function getValidSpanContext(parent: ApiSpan): SpanContext | undefined {
  const context = parent.spanContext();
  return isSpanContextValid(context) ? context : undefined;
}

function findUnsampledRoot(parent: ApiSpan | undefined): NonRecordingSpan | undefined {
  return parent instanceof NonRecordingSpan ? parent.unsampledRoot : undefined;
}

/** Returns the local trace of the parent, or undefined if the new span is the local root. */
function findLocalTrace(
  parent: ApiSpan | undefined,
  shared: TracerSharedState,
  monotonicMs: number,
): LocalTrace | undefined {
  if (parent instanceof Span) return parent.localTrace;
  return parent instanceof NonRecordingSpan ? parent.getLocalTrace(shared, monotonicMs) : undefined;
}

/** Creates a context that always has `traceState`, as in OpenTelemetry's tracer, so that all contexts have one shape. */
function createSpanContext(
  traceId: string,
  spanId: string,
  traceFlags: number,
  traceState: TraceState | undefined,
): SpanContext {
  return { traceId, spanId, traceFlags, traceState } as SpanContext;
}

function sanitizeKind(kind: unknown): SpanKind {
  return typeof kind === 'number' && KINDS[kind] !== undefined ? kind : INTERNAL;
}
