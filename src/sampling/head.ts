// The sampler behind the `sample` option: a share of the traces at the root, and children that follow their parent.

import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../core/clock.js';
import { adaptiveDecider } from './adaptive.js';
import { ConsistentSampler } from './consistent-sampler.js';
import { type Decider, ratioDecider, rulesDecider } from './decider.js';
import type { SampleRule, TrustRemote } from './options.js';

/** What the sampler is made from. */
export interface HeadOptions {
  /** The share of traces that is kept, 0 to 1; with `perSecond` the largest share. */
  readonly ratio: number;
  readonly rules?: readonly SampleRule[];
  /** Traces a second, among those that no rule fits. */
  readonly perSecond?: number;
  readonly trustRemote: TrustRemote;
  /** False where every span decides for itself. */
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
export function headSampler(options: HeadOptions): Sampler {
  const { ratio, rules = [], perSecond, trustRemote, followParent, clock } = options;
  const following = { parent: followParent, againstRemote: trustRemote === 'always' };
  const isPlain = rules.length === 0 && perSecond === undefined;
  if (isPlain && !following.againstRemote && (ratio >= 1 || ratio <= 0)) return stock(ratio, followParent);
  const otherwise: Decider =
    perSecond === undefined
      ? ratioDecider(ratio)
      : adaptiveDecider({ perSecond, ratio, ...(clock === undefined ? {} : { clock }) });
  return new ConsistentSampler(rulesDecider(rules, otherwise), following, describe(options));
}

function stock(ratio: number, followParent: boolean): Sampler {
  const root = ratio >= 1 ? new AlwaysOnSampler() : new AlwaysOffSampler();
  return followParent ? new ParentBasedSampler({ root }) : root;
}

function describe({ ratio, rules = [], perSecond, trustRemote, followParent }: HeadOptions): string {
  const parts = [
    ...(rules.length === 0 ? [] : [`rules=${rules.length}`]),
    ...(perSecond === undefined ? [] : [`perSecond=${perSecond}`]),
    `ratio=${ratio}`,
    ...(trustRemote === 'sampled' ? [] : [`trustRemote=${trustRemote}`]),
    ...(followParent ? [] : ['followParent=false']),
  ];
  return parts.join(', ');
}
