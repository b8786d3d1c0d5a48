// Asking the sampler. The stock samplers of OpenTelemetry are recognised and answered for without being called:
// the parent-based one validates the parent's ids again and each call needs an attributes object, a list of links and
// a result, which together cost more than the rest of an unsampled span. Everyone else's sampler is called with
// exactly what OpenTelemetry's own tracer passes.
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

/** What a sampler may look at in the parent. */
export type ParentState =
  | typeof NO_PARENT
  | typeof LOCAL_SAMPLED
  | typeof LOCAL_UNSAMPLED
  | typeof REMOTE_SAMPLED
  | typeof REMOTE_UNSAMPLED;
export const NO_PARENT = 0;
export const LOCAL_SAMPLED = 1;
export const LOCAL_UNSAMPLED = 2;
export const REMOTE_SAMPLED = 3;
export const REMOTE_UNSAMPLED = 4;

/** What a called sampler answered, checked. */
export interface CheckedSamplingResult {
  readonly decision: SamplingDecision;
  readonly attributes: Attributes | undefined;
  readonly traceState: TraceState | undefined;
}

/** The fields of OpenTelemetry's parent-based sampler; a test holds them. Where they are missing, it is called. */
interface ParentBased {
  readonly _root?: Sampler;
  readonly _localParentSampled?: Sampler;
  readonly _localParentNotSampled?: Sampler;
  readonly _remoteParentSampled?: Sampler;
  readonly _remoteParentNotSampled?: Sampler;
}

// Held in constants: in the CommonJS build each use of an import is a getter call, 5 % of what a span costs.
const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const ALWAYS_ON = AlwaysOnSampler.prototype.shouldSample;
const ALWAYS_OFF = AlwaysOffSampler.prototype.shouldSample;
const PARENT_BASED = ParentBasedSampler.prototype.shouldSample;

/**
 * The decision of a stock sampler, or of ours under a local parent.
 *
 * Looked up by the method at each call, so that a subclass or a test's spy is called and not passed over.
 *
 * @returns undefined where the sampler has to be called
 */
export function decideBuiltIn(sampler: Sampler, relation: ParentState): SamplingDecision | undefined {
  if (relation === LOCAL_SAMPLED || relation === LOCAL_UNSAMPLED) {
    const own = (sampler as LocalSampler).localDecision?.(relation === LOCAL_SAMPLED);
    if (own !== undefined) return own;
  }
  let asked: Sampler | undefined = sampler;
  while (asked !== undefined) {
    const method: unknown = asked.shouldSample;
    if (method === ALWAYS_ON) return RECORD_AND_SAMPLED;
    if (method === ALWAYS_OFF) return NOT_RECORD;
    if (method !== PARENT_BASED) return undefined;
    asked = delegateOf(asked as unknown as ParentBased, relation);
  }
  return undefined;
}

/** Calls a sampler; one that throws or answers nonsense is said once, and the parent's decision, else "yes", holds. */
export function callSampler(
  sampler: Sampler,
  relation: ParentState,
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
    if (SamplingDecision[decision] === undefined) throw new Error(`it answered ${String(decision)}`);
    return {
      decision,
      attributes: added === undefined || added === null ? undefined : { ...added },
      traceState: isTraceState(traceState) ? traceState : undefined,
    };
  } catch (error) {
    faults.reportFailure(sampler, 'the sampler', 'shouldSample', error);
    const refused = relation === LOCAL_UNSAMPLED || relation === REMOTE_UNSAMPLED;
    return {
      decision: refused ? NOT_RECORD : RECORD_AND_SAMPLED,
      attributes: undefined,
      traceState: undefined,
    };
  }
}

function delegateOf(sampler: ParentBased, relation: ParentState): Sampler | undefined {
  switch (relation) {
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
