// The sampler behind the `sample` option: a share of the traces at the root, and children that follow their parent.

import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { TrustRemote } from './options.js';

/** What the sampler is made from. */
export interface HeadOptions {
  /** The share of traces that is kept, 0 to 1. */
  readonly ratio: number;
  readonly trustRemote: TrustRemote;
  /** False where every span decides for itself. */
  readonly followParent: boolean;
}

/**
 * Makes the sampler.
 *
 * @param options ratio, and how far the caller is followed
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#built-in-samplers
 */
export function headSampler(options: HeadOptions): Sampler {
  const { ratio, trustRemote, followParent } = options;
  const root = ratioSampler(ratio);
  if (!followParent) return root;
  return new ParentBasedSampler({
    root,
    ...(trustRemote === 'always' ? { remoteParentNotSampled: new AlwaysOnSampler() } : {}),
  });
}

function ratioSampler(ratio: number): Sampler {
  if (ratio >= 1) return new AlwaysOnSampler();
  return ratio <= 0 ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio);
}
