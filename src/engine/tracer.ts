// Our tracer: OpenTelemetry's `Tracer` to everyone, and one lean way in for the facade.
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
  TraceFlags,
  type Tracer as ApiTracer,
  type TraceState,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { type Sampler, SamplingDecision, type SpanLimits } from '@opentelemetry/sdk-trace-base';
import { activeSpan, isSuppressed, SPAN_KEY, withSpan } from '../context/index.js';
import { normaliseAttributes } from '../spans/attributes.js';
import type { TracerSharedState, OwningTracer } from './tracer-shared-state.js';
import { RANDOM_FLAG } from './id-source.js';
import { sanitizeLink, sanitizeName, copyLinks } from './sanitize.js';
import { LocalTrace } from './local-trace.js';
import { NonRecordingSpan } from './non-recording-span.js';
import type { MultiSpanProcessor } from './multi-span-processor.js';
import {
  callSampler,
  LOCAL_SAMPLED,
  LOCAL_UNSAMPLED,
  NO_PARENT,
  type ParentState,
  REMOTE_SAMPLED,
  REMOTE_UNSAMPLED,
  decideBuiltIn,
} from './sampling-decision.js';
import { Span } from './span.js';

// Held in constants: in the CommonJS build each use of an import is a getter call, 5 % of what a span costs.
const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const { SAMPLED } = TraceFlags;
const KINDS = SpanKind;
const { INTERNAL } = SpanKind;
const NO_OPTIONS: SpanOptions = {};

/** Starts spans of one instrumentation scope. */
export class Tracer implements ApiTracer, OwningTracer {
  readonly instrumentationScope: InstrumentationScope;
  /** What this tracer shares with the others of its provider. */
  readonly shared: TracerSharedState;

  constructor(instrumentationScope: InstrumentationScope, engine: TracerSharedState) {
    this.instrumentationScope = instrumentationScope;
    this.shared = engine;
  }

  // OpenTelemetry's own tools and its test suite look at a tracer's parts under these names.
  get _sampler(): Sampler {
    return this.shared.sampler;
  }

  get _spanLimits(): SpanLimits {
    return this.shared.givenLimits;
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
      // A getter among the options threw: the span is made with those that were read before it.
      this.shared.faults.reportFailure(undefined, 'the span options', 'reading them', error);
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
    let given: Context | undefined;
    let fn: F;
    if (third === undefined) fn = second as F;
    else {
      options = second as SpanOptions;
      if (fourth === undefined) fn = third as F;
      else {
        given = third as Context;
        fn = fourth;
      }
    }
    if (fn === undefined) return undefined;
    const parent = given ?? this.shared.activeContext();
    const span = this.startSpan(name, options, parent);
    return contextApi.with(withSpan(parent, span), fn as (span: ApiSpan) => ReturnType<F>, undefined, span);
  }

  /**
   * Starts a span without an options object: what `startSpan` and the facade call. Never throws.
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
      return this.#begin(sanitizeName(name), keptKind(kind), attributes, links, startTime, root, context);
    } catch (error) {
      // Only a context or a parent span that is none can get here; the span is made, as one without a parent.
      this.shared.faults.reportFailure(undefined, 'the parent context', 'reading it', error);
      return this.#begin(sanitizeName(name), keptKind(kind), attributes, links, startTime, root, ROOT_CONTEXT);
    }
  }
  #begin(
    name: string,
    kind: SpanKind,
    attributes: Attributes | undefined,
    links: readonly Link[] | undefined,
    startTime: TimeInput | undefined,
    root: boolean | undefined,
    given: Context,
  ): Span | NonRecordingSpan {
    const { shared } = this;
    const context = root === true ? given.deleteValue(SPAN_KEY) : given;
    if (isSuppressed(context)) return NonRecordingSpan.wrap(INVALID_SPAN_CONTEXT);
    const parent = root === true ? undefined : activeSpan(context);
    let parentContext: SpanContext | undefined;
    let relation: ParentState = NO_PARENT;
    if (parent instanceof Span) {
      // Our own ids are valid: checking 48 digits again would be a tenth of what a span costs.
      parentContext = parent.spanContext();
      relation = relationTo(parentContext);
    } else if (parent instanceof NonRecordingSpan && parent.isUnsampled) relation = LOCAL_UNSAMPLED;
    else if (parent !== undefined) {
      parentContext = validContext(parent);
      if (parentContext !== undefined) relation = relationTo(parentContext);
    }

    const decision = decideBuiltIn(shared.sampler, relation);
    if (decision === NOT_RECORD && shared.ids.isLazy) {
      shared.metrics?.started(ORIGINS[relation], decision);
      const from = parentContext ?? (relation === NO_PARENT ? undefined : originOf(parent));
      return NonRecordingSpan.unsampled(shared, from, undefined);
    }

    if (relation !== NO_PARENT) parentContext ??= parent?.spanContext();
    const spanId = shared.ids.generateSpanId();
    const traceId = parentContext === undefined ? shared.ids.generateTraceId() : parentContext.traceId;
    const answer =
      decision === undefined
        ? this.#ask(relation, context, traceId, name, kind, attributes, links)
        : { decision, attributes, traceState: undefined };
    shared.metrics?.started(ORIGINS[relation], answer.decision);
    const flags = parentContext === undefined ? shared.ids.rootFlags : parentContext.traceFlags & RANDOM_FLAG;
    const spanContext = makeContext(
      traceId,
      spanId,
      answer.decision === RECORD_AND_SAMPLED ? flags | SAMPLED : flags,
      answer.traceState ?? parentContext?.traceState,
    );
    if (answer.decision === NOT_RECORD) return NonRecordingSpan.unsampled(shared, undefined, spanContext);

    const now = shared.clock.monotonicMs();
    const trace = localTraceOf(parent, shared, now);
    const span = new Span(
      this,
      name,
      kind,
      spanContext,
      parentContext,
      trace ?? new LocalTrace(shared.anchor, now),
      now,
      startTime,
    );
    if (trace === undefined) span.localTrace.setLocalRoot(span);
    if (links !== undefined) span.addLinks(copyLinks(links));
    if (answer.attributes !== undefined) span.setAttributes(answer.attributes);
    shared.processors.onStart(span, context);
    return span;
  }

  /** Asks a sampler that is not one of the stock ones, with attributes and links as it would find them on the span. */
  #ask(
    relation: ParentState,
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    givenAttributes: Attributes | undefined,
    givenLinks: readonly Link[] | undefined,
  ): {
    decision: SamplingDecision;
    attributes: Attributes;
    traceState: TraceState | undefined;
  } {
    const { sampler, faults, limits } = this.shared;
    const attributes = normaliseAttributes(givenAttributes, faults.reportDroppedAttribute);
    const links = copyLinks(givenLinks).flatMap(given => {
      const link = sanitizeLink(given, limits, faults);
      return link === undefined ? [] : [{ context: link.context, attributes: link.attributes ?? {} }];
    });
    const answer = callSampler(sampler, relation, faults, context, traceId, name, kind, attributes, links);
    return {
      decision: answer.decision,
      attributes: answer.attributes === undefined ? attributes : Object.assign(attributes, answer.attributes),
      traceState: answer.traceState,
    };
  }
}

const ORIGINS = {
  [NO_PARENT]: 'none',
  [LOCAL_SAMPLED]: 'local',
  [LOCAL_UNSAMPLED]: 'local',
  [REMOTE_SAMPLED]: 'remote',
  [REMOTE_UNSAMPLED]: 'remote',
} as const;

function relationTo(parent: SpanContext): ParentState {
  const sampled = (parent.traceFlags & SAMPLED) !== 0;
  if (parent.isRemote === true) return sampled ? REMOTE_SAMPLED : REMOTE_UNSAMPLED;
  return sampled ? LOCAL_SAMPLED : LOCAL_UNSAMPLED;
}

function validContext(parent: ApiSpan): SpanContext | undefined {
  const context = parent.spanContext();
  return isSpanContextValid(context) ? context : undefined;
}

function originOf(parent: ApiSpan | undefined): NonRecordingSpan | undefined {
  return parent instanceof NonRecordingSpan ? parent.unsampledRoot : undefined;
}

/** The clock of the trace, where the parent is a span of this process; undefined where a new one is due. */
function localTraceOf(
  parent: ApiSpan | undefined,
  engine: TracerSharedState,
  monotonicMs: number,
): LocalTrace | undefined {
  if (parent instanceof Span) return parent.localTrace;
  return parent instanceof NonRecordingSpan ? parent.getLocalTrace(engine, monotonicMs) : undefined;
}

/** With `traceState` in any case, as OpenTelemetry's tracer makes it: one shape for all contexts. */
function makeContext(
  traceId: string,
  spanId: string,
  traceFlags: number,
  traceState: TraceState | undefined,
): SpanContext {
  return { traceId, spanId, traceFlags, traceState } as SpanContext;
}

function keptKind(kind: unknown): SpanKind {
  return typeof kind === 'number' && KINDS[kind] !== undefined ? kind : INTERNAL;
}
