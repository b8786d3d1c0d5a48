// Every sampler of ours keeps the contract.

import type { Clock } from '../../src/core/clock.js';
import { createSampler } from '../../src/sampling.js';
import { type HeadSamplerOptions, createHeadSampler } from '../../src/sampling/head-sampler.js';
import { RecordAllSampler } from '../../src/sampling/record-all-sampler.js';
import { type SamplerCase, samplerContract } from './sampler.js';

const still: Clock = { monotonicMs: () => 0, wallMs: () => 0 };
const head = (options: Partial<HeadSamplerOptions>) => () =>
  createHeadSampler({ ratio: 1, trustRemote: 'sampled', followParent: true, ...options });

const CASES: Readonly<Record<string, SamplerCase>> = {
  'a ratio': { make: head({ ratio: 0.3 }), followsRemote: true },
  'a tiny ratio': { make: head({ ratio: 1e-12 }), followsRemote: true },
  everything: { make: head({ ratio: 1 }), followsRemote: true, isStock: true },
  nothing: { make: head({ ratio: 0 }), followsRemote: true, isStock: true },
  rules: {
    make: head({
      ratio: 0.2,
      rules: [
        { name: '/health*', ratio: 0 },
        { name: 'root1', ratio: 1 },
        { kind: 'server', attributes: { tier: 'gold' }, ratio: 0.5 },
      ],
    }),
    followsRemote: true,
  },
  'a target a second': { make: head({ perSecond: 50, clock: still }), followsRemote: true },
  'trustRemote: always': { make: head({ ratio: 0.3, trustRemote: 'always' }), followsRemote: true },
  'trustRemote: always, everything': { make: head({ trustRemote: 'always' }), followsRemote: true },
  'without a parent’s word': { make: head({ ratio: 0.3, followParent: false }), followsRemote: false },
  'a target a second without a parent’s word': {
    make: head({ perSecond: 50, clock: still, followParent: false }),
    followsRemote: false,
  },
  'recording all behind a ratio': {
    make: () => new RecordAllSampler(head({ ratio: 0.3 })()),
    followsRemote: true,
  },
  'keep for any provider': {
    make: () => createSampler({ ratio: 0.3, keep: { errors: true } }),
    followsRemote: true,
  },
  'the preset development': { make: () => createSampler('development'), followsRemote: true, isStock: true },
  'the preset production': { make: () => createSampler('production'), followsRemote: true },
  'the preset errors-only': { make: () => createSampler('errors-only'), followsRemote: true, isStock: true },
};

for (const [name, each] of Object.entries(CASES)) samplerContract(name, each);
