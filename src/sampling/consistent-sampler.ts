// Consistent probability sampling as an OpenTelemetry sampler.
//
// At a root a decider names the share, and the trace id's randomness decides. `ot=th:…` in tracestate tells everyone
// behind with which probability the trace was kept. Under a parent its flag decides, so that the trace stays whole; the
// threshold is handed on where it agrees with the flag, and taken out where it does not, so that counts stay true.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/

import {
  type Attributes,
  type Context,
  createTraceState,
  isSpanContextValid,
  type Link,
  type SpanContext,
  type SpanKind,
  trace,
  type TraceState,
} from '@opentelemetry/api';
import { SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';
import type { LocalSampler } from '../spans/local-sampler.js';
import { formatOt, OT_KEY, type OtMember, otOf, setOt } from '../spans/ot-tracestate.js';
import { isKept, THRESHOLD_DIGITS } from '../spans/threshold.js';
import { isSampled } from '../spans/trace-flags.js';
import type { RatioPolicy } from './ratio-policy.js';

/** How far a parent is followed. */
export interface ParentPolicy {
  /** False where what comes from elsewhere decides by itself, as a root does; by the same trace id all the same. */
  readonly followParent: boolean;
  /** True where a remote caller that said no is recorded all the same. */
  readonly recordUnsampledRemote: boolean;
}

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const NO_MEMBER: OtMember = { rest: [] };
const EVERYTHING = '0';
// One answer for nearly all that is left out.
const LEFT_OUT: SamplingResult = Object.freeze({ decision: NOT_RECORD });

/** Decides at the root by threshold, below it by the parent's flag. */
export class ConsistentSampler implements LocalSampler {
  readonly #decide: RatioPolicy;
  readonly #following: ParentPolicy;
  readonly #description: string;
  #lastThreshold = '';
  #lastState: TraceState | undefined;

  constructor(decide: RatioPolicy, following: ParentPolicy, description: string) {
    this.#decide = decide;
    this.#following = following;
    this.#description = description;
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    _links: Link[],
  ): SamplingResult {
    const found = trace.getSpanContext(context);
    const parent = found !== undefined && isSpanContextValid(found) ? found : undefined;
    if (parent !== undefined && this.#follows(parent)) return this.#follow(parent);
    const member = parent === undefined ? NO_MEMBER : otOf(parent.traceState);
    return this.#result(this.#decide({ name, kind, attributes }), member, traceId, parent?.traceState);
  }

  /** Under a span of this process the flag says it all: what decided about the root has decided about the trace. */
  localDecision(parentSampled: boolean): SamplingDecision {
    return parentSampled ? RECORD_AND_SAMPLED : NOT_RECORD;
  }

  toString(): string {
    return `ConsistentSampler{${this.#description}}`;
  }

  /** A span of this process in any case: a share that has changed meanwhile, or another rule, would tear the trace. */
  #follows({ isRemote }: SpanContext): boolean {
    return this.#following.followParent || isRemote !== true;
  }

  #follow(parent: SpanContext): SamplingResult {
    const { traceState } = parent;
    const sampled = isSampled(parent);
    const against = !sampled && parent.isRemote === true && this.#following.recordUnsampledRemote;
    const decision = sampled || against ? RECORD_AND_SAMPLED : NOT_RECORD;
    const member = otOf(traceState);
    // Nobody's tracestate is touched where it says nothing of sampling.
    if (member.threshold === undefined) return { decision };
    if (against) return { decision, ...stateWith(traceState, { ...member, threshold: EVERYTHING }) };
    const agrees = sampled && isKept(randomnessOf(parent.traceId, member), member.threshold);
    if (agrees) return { decision };
    const { threshold: _, ...others } = member;
    return { decision, ...stateWith(traceState, others) };
  }

  #result(
    threshold: string | undefined,
    member: OtMember,
    traceId: string,
    state: TraceState | undefined,
  ): SamplingResult {
    const kept = threshold !== undefined && isKept(randomnessOf(traceId, member), threshold);
    if (!kept) {
      if (member.threshold === undefined) return LEFT_OUT;
      const { threshold: _, ...others } = member;
      return { decision: NOT_RECORD, ...stateWith(state, others) };
    }
    if (state === undefined) return { decision: RECORD_AND_SAMPLED, traceState: this.#rootState(threshold) };
    return { decision: RECORD_AND_SAMPLED, ...stateWith(state, { ...member, threshold }) };
  }

  /** Made once for each threshold: parsing it costs ten times what the decision does. */
  #rootState(threshold: string): TraceState {
    if (this.#lastState === undefined || threshold !== this.#lastThreshold) {
      this.#lastThreshold = threshold;
      this.#lastState = createTraceState(`${OT_KEY}=th:${threshold}`);
    }
    return this.#lastState;
  }
}

function randomnessOf(traceId: string, { randomness }: OtMember): string {
  return randomness ?? traceId.slice(-THRESHOLD_DIGITS);
}

/** The state with this member; W3C wants a member that was changed in front. */
function stateWith(state: TraceState | undefined, member: OtMember): { traceState?: TraceState } {
  const text = formatOt(member);
  if (state === undefined) return text === '' ? {} : { traceState: createTraceState(`${OT_KEY}=${text}`) };
  return { traceState: setOt(state, member) };
}
