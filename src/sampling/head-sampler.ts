// Creates the sampler behind the `sample` option. It decides about a share of the traces at the root. Children follow their
// parent.

import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../core/clock.js';
import type { Sampler as ApiSampler } from '../core/sdk-types.js';
import { createAdaptivePolicy } from './adaptive-policy.js';
import { ConsistentSampler, type ParentPolicy } from './consistent-sampler.js';
import { createFunctionPolicy } from './function-policy.js';
import type { SampleFunction, SampleRule } from './options.js';
import { createFixedRatioPolicy, type RatioPolicy } from './ratio-policy.js';
import { createRulePolicy } from './rule-policy.js';

/** The options of the head sampler. */
export interface HeadSamplerOptions {
  /** The share of traces that is kept, 0 to 1. With `perSecond` it is the largest share. */
  readonly ratio: number;
  readonly rules?: readonly SampleRule[];
  /** The target in traces a second, for traces that no rule matches. */
  readonly perSecond?: number;
  /** False if spans are recorded although their remote parent is not sampled. */
  readonly followRemote: boolean;
  /** False if a trace with a remote parent is decided like a new one. */
  readonly followParent: boolean;
  /** A function instead of ratio, rules and target, or a sampler instead of all settings. */
  readonly custom?: SampleFunction | ApiSampler;
  /** The clock of `perSecond`. @default the clock of the system */
  readonly clock?: Clock;
}

/**
 * Creates the sampler. If it keeps everything or nothing, it is one of OpenTelemetry's own, whose decision the engine
 * computes without a call.
 *
 * @param options ratio, rules, target, and the effect of a parent
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function createHeadSampler(options: HeadSamplerOptions): Sampler {
  const { ratio, rules = [], perSecond, followRemote, followParent, custom, clock } = options;
  // The samplers of OpenTelemetry differ from the interface only in the enum of decisions, whose numbers are the same.
  if (typeof custom === 'object') return custom as Sampler;
  const parentPolicy: ParentPolicy = { followParent, recordUnsampledRemote: !followRemote };
  const { recordUnsampledRemote } = parentPolicy;
  const hasOnlyRatio = rules.length === 0 && perSecond === undefined && custom === undefined;
  if (hasOnlyRatio && ratio >= 1) {
    return createAlwaysOnSampler(followParent, recordUnsampledRemote ? consistentSampler() : undefined);
  }
  if (hasOnlyRatio && ratio <= 0 && !recordUnsampledRemote) return createAlwaysOffSampler(followParent);
  return consistentSampler();

  function consistentSampler(): Sampler {
    return new ConsistentSampler(
      createRulePolicy(rules, policyWithoutRule()),
      parentPolicy,
      describe(options),
    );
  }

  function policyWithoutRule(): RatioPolicy {
    if (typeof custom === 'function') return createFunctionPolicy(custom);
    if (perSecond === undefined) return createFixedRatioPolicy(ratio);
    return createAdaptivePolicy({ perSecond, ratio, ...(clock === undefined ? {} : { clock }) });
  }
}

/** Without a threshold in tracestate: a probability of 1 needs none. */
function createAlwaysOnSampler(followParent: boolean, remoteParentNotSampled: Sampler | undefined): Sampler {
  const root = new AlwaysOnSampler();
  if (!followParent) return root;
  return new ParentBasedSampler({
    root,
    ...(remoteParentNotSampled === undefined ? {} : { remoteParentNotSampled }),
  });
}

function createAlwaysOffSampler(followParent: boolean): Sampler {
  const root = new AlwaysOffSampler();
  return followParent ? new ParentBasedSampler({ root }) : root;
}

function describe(options: HeadSamplerOptions): string {
  const { ratio, rules = [], perSecond, followRemote, followParent, custom } = options;
  const parts = [
    ...(rules.length === 0 ? [] : [`rules=${rules.length}`]),
    ...(perSecond === undefined ? [] : [`perSecond=${perSecond}`]),
    custom === undefined ? `ratio=${ratio}` : 'function',
    ...(followRemote ? [] : ['followRemote=false']),
    ...(followParent ? [] : ['followParent=false']),
  ];
  return parts.join(', ');
}
