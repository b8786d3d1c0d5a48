// Calls the sampler. The built-in samplers of OpenTelemetry are recognised, and their decision is computed without a call:
// the parent-based sampler validates the parent's ids again, and each call needs an attributes object, a list of links and
// a result. Together these cost more than the rest of an unsampled span. Every other sampler receives exactly the arguments
// of OpenTelemetry's own tracer.
// https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling

import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
} from '@opentelemetry/sdk-trace-base';
import type { LocalSampler } from '../spans/local-sampler.js';
import type { FaultReporter } from './fault-reporter.js';
import {
  LOCAL_SAMPLED,
  LOCAL_UNSAMPLED,
  NO_PARENT,
  type ParentState,
  REMOTE_SAMPLED,
  REMOTE_UNSAMPLED,
} from './parent-state.js';

/** A validated result of a sampler. */
export interface CheckedSamplingResult {
  readonly decision: SamplingDecision;
  readonly attributes: Attributes | undefined;
  readonly traceState: TraceState | undefined;
}

/** The private fields of OpenTelemetry's parent-based sampler. A test checks them. Without them, the sampler is called. */
interface ParentBasedInternals {
  readonly _root?: Sampler;
  readonly _localParentSampled?: Sampler;
  readonly _localParentNotSampled?: Sampler;
  readonly _remoteParentSampled?: Sampler;
  readonly _remoteParentNotSampled?: Sampler;
}

// Constants, because in the CommonJS build each use of an import is a getter call: 5 % of the cost of a span.
const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const ALWAYS_ON = AlwaysOnSampler.prototype.shouldSample;
const ALWAYS_OFF = AlwaysOffSampler.prototype.shouldSample;
const PARENT_BASED = ParentBasedSampler.prototype.shouldSample;

/**
 * Computes the decision of a built-in sampler, or of our own sampler under a local parent.
 *
 * The method is compared at each call, so that a subclass or the spy of a test is called.
 *
 * @param sampler the configured sampler
 * @param parent the state of the parent
 * @returns undefined if the sampler has to be called
 */
export function decideBuiltIn(sampler: Sampler, parent: ParentState): SamplingDecision | undefined {
  let current: Sampler | undefined = (sampler as LocalSampler).delegate ?? sampler;
  if (parent === LOCAL_SAMPLED || parent === LOCAL_UNSAMPLED) {
    const decision = (current as LocalSampler).localDecision?.(parent === LOCAL_SAMPLED);
    if (decision !== undefined) return decision;
  }
  while (current !== undefined) {
    const method: unknown = current.shouldSample;
    if (method === ALWAYS_ON) return RECORD_AND_SAMPLED;
    if (method === ALWAYS_OFF) return NOT_RECORD;
    if (method !== PARENT_BASED) return undefined;
    current = selectDelegate(current as unknown as ParentBasedInternals, parent);
  }
  return undefined;
}

/**
 * Calls a sampler. If it throws or returns an invalid result, the decision of the parent applies, and a root span is
 * sampled.
 *
 * @param sampler the configured sampler
 * @param parent the state of the parent
 * @param faults receives the first failure of the sampler
 */
export function callSampler(
  sampler: Sampler,
  parent: ParentState,
  faults: FaultReporter,
  context: Context,
  traceId: string,
  name: string,
  kind: SpanKind,
  attributes: Attributes,
  links: Link[],
): CheckedSamplingResult {
  try {
    const result = sampler.shouldSample(context, traceId, name, kind, attributes, links);
    const { decision, attributes: added, traceState } = result;
    if (SamplingDecision[decision] === undefined) {
      throw new Error(`it returned ${String(decision)}, which is not a decision`);
    }
    return {
      decision,
      attributes: added === undefined || added === null ? undefined : { ...added },
      traceState: isTraceState(traceState) ? traceState : undefined,
    };
  } catch (error) {
    faults.reportFailure(sampler, 'sampler', 'shouldSample', error);
    const isParentUnsampled = parent === LOCAL_UNSAMPLED || parent === REMOTE_UNSAMPLED;
    return {
      decision: isParentUnsampled ? NOT_RECORD : RECORD_AND_SAMPLED,
      attributes: undefined,
      traceState: undefined,
    };
  }
}

function selectDelegate(sampler: ParentBasedInternals, parent: ParentState): Sampler | undefined {
  switch (parent) {
    case NO_PARENT:
      return sampler._root;
    case LOCAL_SAMPLED:
      return sampler._localParentSampled;
    case LOCAL_UNSAMPLED:
      return sampler._localParentNotSampled;
    case REMOTE_SAMPLED:
      return sampler._remoteParentSampled;
    default:
      return sampler._remoteParentNotSampled;
  }
}

function isTraceState(value: unknown): value is TraceState {
  return typeof value === 'object' && value !== null && 'serialize' in value;
}
