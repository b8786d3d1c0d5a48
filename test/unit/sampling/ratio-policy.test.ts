import { SpanKind } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { createFixedRatioPolicy } from '../../../src/sampling/ratio-policy.js';

const ROOT = { name: 'root', kind: SpanKind.INTERNAL, attributes: {} };

it.each([
  [1, '0'],
  [0.5, '8'],
  [0.25, 'c'],
  [0.01, 'fd70a'],
  [0, undefined],
])('the threshold of the ratio %d is %s', (ratio, threshold) => {
  const policy = createFixedRatioPolicy(ratio);
  expect(policy(ROOT)).toBe(threshold);
  expect(policy({ ...ROOT, name: 'other' })).toBe(threshold);
});
