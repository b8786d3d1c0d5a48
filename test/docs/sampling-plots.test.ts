// The pictures of docs/sampling.md are drawn again from the sources, and must be equal. After an intended change, run
// `npm run build && node scripts/sampling-plots.mjs` and check the pictures.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawAll } from '../../scripts/sampling-plots.mjs';
import { isKept } from '../../src/spans/threshold.js';
import { createDelivery } from '../../src/delivery/index.js';
import { TracerProvider } from '../../src/engine/index.js';
import { createAdaptivePolicy } from '../../src/sampling/adaptive-policy.js';
import { createHeadSampler } from '../../src/sampling/head-sampler.js';
import { RecordAllSampler } from '../../src/sampling/record-all-sampler.js';
import { TailSampler } from '../../src/sampling/tail/tail-sampler.js';

it('the pictures show the sampler and the tail sampler of the sources', () => {
  const parts = {
    createAdaptivePolicy,
    isKept,
    TailSampler,
    createHeadSampler,
    RecordAllSampler,
    TracerProvider,
    createDelivery,
  };
  const drawn = drawAll(parts);
  expect(Object.keys(drawn)).toEqual(['sampling-kept-share.svg', 'sampling-tail-memory.svg']);
  for (const [name, svg] of Object.entries(drawn)) {
    const kept = readFileSync(new URL(`../../docs/img/${name}`, import.meta.url), 'utf8');
    expect(svg === kept, `${name} differs from a new drawing`).toBe(true);
  }
});
