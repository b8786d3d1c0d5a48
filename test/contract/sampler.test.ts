// Every sampler of this package fulfils the contract.

import { KEEP_TRACE_KEY } from '../../src/context/keys.js';
import type { Clock } from '../../src/core/clock.js';
import { createSampler } from '../../src/sampling.js';
import { type HeadSamplerOptions, createHeadSampler } from '../../src/sampling/head-sampler.js';
import { OverrideSampler } from '../../src/sampling/override-sampler.js';
import { RecordAllSampler } from '../../src/sampling/record-all-sampler.js';
import { TraceOverrides } from '../../src/sampling/trace-overrides.js';
import { type SamplerCase, samplerContract } from './sampler.js';

const stoppedClock: Clock = { monotonicMs: () => 0, wallMs: () => 0 };
const head = (options: Partial<HeadSamplerOptions>) => () =>
  createHeadSampler({ ratio: 1, followRemote: true, followParent: true, ...options });

const CASES: Readonly<Record<string, SamplerCase>> = {
  'a ratio': { create: head({ ratio: 0.3 }), followsRemote: true },
  'a tiny ratio': { create: head({ ratio: 1e-12 }), followsRemote: true },
  everything: { create: head({ ratio: 1 }), followsRemote: true, isBuiltIn: true },
  nothing: { create: head({ ratio: 0 }), followsRemote: true, isBuiltIn: true },
  rules: {
    create: head({
      ratio: 0.2,
      rules: [
        { name: '/health*', ratio: 0 },
        { name: 'root1', ratio: 1 },
        { kind: 'server', attributes: { tier: 'gold' }, ratio: 0.5 },
      ],
    }),
    followsRemote: true,
  },
  'a target a second': { create: head({ perSecond: 50, clock: stoppedClock }), followsRemote: true },
  'followRemote: false': { create: head({ ratio: 0.3, followRemote: false }), followsRemote: true },
  'followRemote: false, everything': { create: head({ followRemote: false }), followsRemote: true },
  'followParent: false': { create: head({ ratio: 0.3, followParent: false }), followsRemote: false },
  'followParent: false, a target a second': {
    create: head({ perSecond: 50, clock: stoppedClock, followParent: false }),
    followsRemote: false,
  },
  'a ratio with overrides': {
    create: () => {
      const overrides = new TraceOverrides();
      overrides.set('0'.repeat(31) + '1', 'keep');
      return new OverrideSampler(head({ ratio: 0.3 })(), overrides, KEEP_TRACE_KEY);
    },
    followsRemote: true,
  },
  'recording all behind a ratio': {
    create: () => new RecordAllSampler(head({ ratio: 0.3 })()),
    followsRemote: true,
  },
  'keep for any provider': {
    create: () => createSampler({ ratio: 0.3, keep: { errors: true } }),
    followsRemote: true,
  },
  'the preset development': {
    create: () => createSampler('development'),
    followsRemote: true,
    isBuiltIn: true,
  },
  'the preset production': { create: () => createSampler('production'), followsRemote: true },
  'the preset errors-only': {
    create: () => createSampler('errors-only'),
    followsRemote: true,
    isBuiltIn: true,
  },
};

for (const [name, each] of Object.entries(CASES)) samplerContract(name, each);
