// The sampler behind the `sample` option: a share of the traces at the root, and children that follow their parent.

import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../core/clock.js';
import { createAdaptivePolicy } from './adaptive-policy.js';
import { ConsistentSampler } from './consistent-sampler.js';
import { type RatioPolicy, createFixedRatioPolicy, createRulePolicy } from './ratio-policy.js';
import type { SampleRule, TrustRemote } from './options.js';

/** What the sampler is made from. */
export interface HeadSamplerOptions {
  /** The share of traces that is kept, 0 to 1; with `perSecond` the largest share. */
  readonly ratio: number;
  readonly rules?: readonly SampleRule[];
  /** Traces a second, among those that no rule fits. */
  readonly perSecond?: number;
  readonly trustRemote: TrustRemote;
  /** False where a trace that comes from elsewhere is decided anew. */
  readonly followParent: boolean;
  /** For `perSecond`. @default the machine's clock */
  readonly clock?: Clock;
}

/**
 * Makes the sampler.
 *
 * Where everything or nothing is kept it is one of OpenTelemetry's own, which the engine answers for without a call.
 *
 * @param options ratio, rules, target, and how far the caller is followed
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function createHeadSampler(options: HeadSamplerOptions): Sampler {
  const { ratio, rules = [], perSecond, trustRemote, followParent, clock } = options;
  const following = { followParent, recordUnsampledRemote: trustRemote === 'always' };
  const isPlain = rules.length === 0 && perSecond === undefined;
  if (isPlain && ratio >= 1)
    return everything(followParent, following.recordUnsampledRemote ? consistent() : undefined);
  if (isPlain && ratio <= 0 && !following.recordUnsampledRemote) return nothing(followParent);
  return consistent();

  function consistent(): Sampler {
    return new ConsistentSampler(createRulePolicy(rules, otherwise()), following, describe(options));
  }

  function otherwise(): RatioPolicy {
    if (perSecond === undefined) return createFixedRatioPolicy(ratio);
    return createAdaptivePolicy({ perSecond, ratio, ...(clock === undefined ? {} : { clock }) });
  }
}

/** Without a threshold in tracestate: whoever keeps all of its own roots tells nobody anything by it. */
function everything(followParent: boolean, remoteParentNotSampled: Sampler | undefined): Sampler {
  const root = new AlwaysOnSampler();
  if (!followParent) return root;
  return new ParentBasedSampler({
    root,
    ...(remoteParentNotSampled === undefined ? {} : { remoteParentNotSampled }),
  });
}

function nothing(followParent: boolean): Sampler {
  const root = new AlwaysOffSampler();
  return followParent ? new ParentBasedSampler({ root }) : root;
}

function describe({ ratio, rules = [], perSecond, trustRemote, followParent }: HeadSamplerOptions): string {
  const parts = [
    ...(rules.length === 0 ? [] : [`rules=${rules.length}`]),
    ...(perSecond === undefined ? [] : [`perSecond=${perSecond}`]),
    `ratio=${ratio}`,
    ...(trustRemote === 'sampled' ? [] : [`trustRemote=${trustRemote}`]),
    ...(followParent ? [] : ['followParent=false']),
  ];
  return parts.join(', ');
}
