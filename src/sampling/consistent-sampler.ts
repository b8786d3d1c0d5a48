// Consistent probability sampling as an OpenTelemetry sampler.
//
// At a root a policy selects the ratio, and the randomness of the trace id decides. `ot=th:…` in tracestate passes the
// probability on to the services behind. Under a parent its flag decides, so that the trace stays complete. The threshold is
// passed on if it agrees with the flag, and removed if it does not, so that extrapolated counts stay correct.
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
import { formatOtMember, OT_KEY, type OtMember, readOtMember, setOtMember } from '../spans/ot-tracestate.js';
import { isKept, THRESHOLD_DIGITS } from '../spans/threshold.js';
import { isSampled } from '../spans/trace-flags.js';
import type { RatioPolicy } from './ratio-policy.js';

/** The effect of a parent on the decision. */
export interface ParentPolicy {
  /** False if a span with a remote parent is decided like a root, by the same trace id. */
  readonly followParent: boolean;
  /** Whether a span is recorded although its remote parent is not sampled. */
  readonly recordUnsampledRemote: boolean;
}

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const EMPTY_MEMBER: OtMember = { rest: [] };
const THRESHOLD_FOR_ALL = '0';
// One object for nearly all spans that are not sampled.
const NOT_SAMPLED: SamplingResult = Object.freeze({ decision: NOT_RECORD });

/** Decides at the root by threshold, and below the root by the parent's flag. */
export class ConsistentSampler implements LocalSampler {
  readonly #policy: RatioPolicy;
  readonly #parentPolicy: ParentPolicy;
  readonly #description: string;
  #lastThreshold = '';
  #lastState: TraceState | undefined;

  /**
   * @param policy selects the ratio of a root
   * @param parentPolicy the effect of a parent
   * @param description the settings, for `toString()`
   */
  constructor(policy: RatioPolicy, parentPolicy: ParentPolicy, description: string) {
    this.#policy = policy;
    this.#parentPolicy = parentPolicy;
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
    const active = trace.getSpanContext(context);
    const parent = active !== undefined && isSpanContextValid(active) ? active : undefined;
    if (parent !== undefined && this.#isFollowed(parent)) return this.#followParent(parent);
    const member = parent === undefined ? EMPTY_MEMBER : readOtMember(parent.traceState);
    return this.#decide(this.#policy({ name, kind, attributes }), member, traceId, parent?.traceState);
  }

  /** Under a span of this process the flag is enough: it holds the decision about the trace. */
  localDecision(parentSampled: boolean): SamplingDecision {
    return parentSampled ? RECORD_AND_SAMPLED : NOT_RECORD;
  }

  toString(): string {
    return `ConsistentSampler{${this.#description}}`;
  }

  /** A local parent is always followed: with another ratio or rule, the trace would lose a part of its spans. */
  #isFollowed({ isRemote }: SpanContext): boolean {
    return this.#parentPolicy.followParent || isRemote !== true;
  }

  #followParent(parent: SpanContext): SamplingResult {
    const { traceState } = parent;
    const parentSampled = isSampled(parent);
    const isOverridden =
      !parentSampled && parent.isRemote === true && this.#parentPolicy.recordUnsampledRemote;
    const decision = parentSampled || isOverridden ? RECORD_AND_SAMPLED : NOT_RECORD;
    const member = readOtMember(traceState);
    // A tracestate without a threshold is not changed.
    if (member.threshold === undefined) return { decision };
    if (isOverridden) {
      return { decision, ...withMember(traceState, { ...member, threshold: THRESHOLD_FOR_ALL }) };
    }
    const agrees = parentSampled && isKept(getRandomness(parent.traceId, member), member.threshold);
    if (agrees) return { decision };
    const { threshold: _, ...others } = member;
    return { decision, ...withMember(traceState, others) };
  }

  #decide(
    threshold: string | undefined,
    member: OtMember,
    traceId: string,
    state: TraceState | undefined,
  ): SamplingResult {
    if (threshold === undefined || !isKept(getRandomness(traceId, member), threshold)) {
      if (member.threshold === undefined) return NOT_SAMPLED;
      const { threshold: _, ...others } = member;
      return { decision: NOT_RECORD, ...withMember(state, others) };
    }
    if (state === undefined) return { decision: RECORD_AND_SAMPLED, traceState: this.#rootState(threshold) };
    return { decision: RECORD_AND_SAMPLED, ...withMember(state, { ...member, threshold }) };
  }

  /** Caches the tracestate of the last threshold: parsing it costs ten times as much as the decision. */
  #rootState(threshold: string): TraceState {
    if (this.#lastState === undefined || threshold !== this.#lastThreshold) {
      this.#lastThreshold = threshold;
      this.#lastState = createTraceState(`${OT_KEY}=th:${threshold}`);
    }
    return this.#lastState;
  }
}

function getRandomness(traceId: string, { randomness }: OtMember): string {
  return randomness ?? traceId.slice(-THRESHOLD_DIGITS);
}

/** The tracestate with this member in front, as W3C requires for a changed member. */
function withMember(state: TraceState | undefined, member: OtMember): { traceState?: TraceState } {
  if (state !== undefined) return { traceState: setOtMember(state, member) };
  const text = formatOtMember(member);
  return text === '' ? {} : { traceState: createTraceState(`${OT_KEY}=${text}`) };
}
