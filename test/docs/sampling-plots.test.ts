// The pictures of docs/sampling.md show what the sources do today: they are drawn again, and must be the same.
// After a change: npm run build && node scripts/sampling-plots.mjs, and look at them.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawAll } from '../../scripts/sampling-plots.mjs';
import { isKept } from '../../src/spans/threshold.js';
import { createDelivery } from '../../src/delivery/index.js';
import { Provider } from '../../src/engine/index.js';
import { adaptiveDecider } from '../../src/sampling/adaptive.js';
import { headSampler } from '../../src/sampling/head-sampler.js';
import { RecordAllSampler } from '../../src/sampling/record-all.js';
import { TailSampler } from '../../src/sampling/tail/tail-sampler.js';

it('the pictures are those of the sampler and the tail as they are', () => {
  const parts = {
    adaptiveDecider,
    isKept,
    TailSampler,
    headSampler,
    RecordAllSampler,
    Provider,
    createDelivery,
  };
  const drawn = drawAll(parts);
  expect(Object.keys(drawn)).toEqual(['sampling-kept-share.svg', 'sampling-tail-memory.svg']);
  for (const [name, svg] of Object.entries(drawn)) {
    const kept = readFileSync(new URL(`../../docs/img/${name}`, import.meta.url), 'utf8');
    expect(svg === kept, `${name} is drawn differently now`).toBe(true);
  }
});
