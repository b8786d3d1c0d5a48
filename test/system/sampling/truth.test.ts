// What the kept traces say about all of them: services with different ratios keep nested sets, and weighted counts
// estimate the truth. The randomness is seeded.

import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { adjustedCount } from '../../../src/spans/ot-tracestate.js';
import { selectPropagator } from '../../../src/propagation/index.js';
import type { HeadSamplerOptions } from '../../../src/sampling/head-sampler.js';
import { makeService, quiet, randomness, under } from './harness.js';

const propagator = selectPropagator(['w3c'], { diagnostics: quiet });
const getter = {
  get: (carrier: Record<string, string>, key: string) => carrier[key],
  keys: (carrier: Record<string, string>) => Object.keys(carrier),
};
const setter = {
  set: (carrier: Record<string, string>, key: string, value: string) => void (carrier[key] = value),
};

describe('two services, 30,000 requests from one to the other', () => {
  function keptBy(first: Partial<HeadSamplerOptions>, second: Partial<HeadSamplerOptions>) {
    const { fill } = randomness(42);
    const [front, back] = [makeService({ head: first, fill }), makeService({ head: second, fill })];
    const weights = { front: 0, back: 0 };
    front.onLeft(span => (weights.front += adjustedCount(span.spanContext().traceState) ?? Number.NaN));
    back.onLeft(span => (weights.back += adjustedCount(span.spanContext().traceState) ?? Number.NaN));
    for (let i = 0; i < 30_000; i++) {
      const request = front.tracer.startSpan('request', { kind: SpanKind.CLIENT }, ROOT_CONTEXT);
      const carrier: Record<string, string> = {};
      propagator.inject(under(request), carrier, setter);
      const received = propagator.extract(ROOT_CONTEXT, carrier, getter);
      back.tracer.startSpan('handle', { kind: SpanKind.SERVER }, received).end();
      request.end();
    }
    return { front: new Set(front.left.keys()), back: new Set(back.left.keys()), weights };
  }

  it.each([
    [0.1, 0.01],
    [0.01, 0.1],
  ])('each by its own ratio, %d and %d: one keeps a subset of the other, and both count all', (a, b) => {
    const { front, back, weights } = keptBy({ ratio: a }, { ratio: b, followParent: false });
    const [small, large] = a < b ? [front, back] : [back, front];
    expect(small.size).toBeGreaterThan(200);
    expect([...small].filter(id => !large.has(id))).toEqual([]);
    for (const [counted, ratio] of [
      [weights.front, a],
      [weights.back, b],
    ] as const) {
      const sigma = Math.sqrt((30_000 * (1 - ratio)) / ratio);
      expect(Math.abs(counted - 30_000) / sigma).toBeLessThan(3);
    }
  });

  it('the second follows the first: both keep the same, with the weights of the first', () => {
    const { front, back, weights } = keptBy({ ratio: 0.1 }, { ratio: 0.01 });
    expect(back).toEqual(front);
    expect(weights.back).toBeCloseTo(weights.front, 6);
  });
});

describe('weighted counts', () => {
  const RUNS = 200;
  const TRACES = 2_000;

  /** One run: what was true, and what the kept spans say, for all requests and for the failed ones. */
  function estimate(seed: number, head: Partial<HeadSamplerOptions>, tail: boolean) {
    const { next, fill } = randomness(seed);
    const policy = { errors: true, match: [] };
    const service = makeService({ head, fill, ...(tail ? { tail: { policy } } : {}) });
    const [truth, said] = [
      { all: 0, failed: 0 },
      { all: 0, failed: 0 },
    ];
    service.onLeft(span => {
      if (span.parentSpanContext !== undefined) return;
      const weight = adjustedCount(span.spanContext().traceState) ?? Number.NaN;
      said.all += weight;
      if (span.status.code === SpanStatusCode.ERROR) said.failed += weight;
    });
    for (let i = 0; i < TRACES; i++) {
      const name = next() < 0.3 ? 'checkout' : 'browse';
      const root: Span = service.tracer.startSpan(name, undefined, ROOT_CONTEXT);
      service.tracer.startSpan('step', undefined, under(root)).end();
      truth.all++;
      if (next() < 0.05) {
        truth.failed++;
        root.setStatus({ code: SpanStatusCode.ERROR });
      }
      root.end();
    }
    return { truth, said };
  }

  it.each<[string, Partial<HeadSamplerOptions>, boolean]>([
    ['one ratio', { ratio: 0.1 }, false],
    ['rules', { ratio: 0.05, rules: [{ name: 'checkout', ratio: 0.5 }] }, false],
    ['failed traces kept', { ratio: 0.05 }, true],
  ])('with %s are right on average: 200 runs', (_, head, tail) => {
    const errors: number[] = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const { truth, said } = estimate(seed * 7_919, head, tail);
      errors.push(said.all - truth.all);
      if (tail) expect(said.failed).toBe(truth.failed);
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / RUNS;
    const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (RUNS - 1);
    expect(Math.abs(mean) / Math.sqrt(variance / RUNS)).toBeLessThan(3);
    // And no worse than chance makes them: the variance of a weighted count, and three sigma of its estimate.
    const of = (ratio: number): number => (1 - ratio) / ratio;
    const rules = head.rules?.[0]?.ratio;
    const expected =
      TRACES *
      (rules === undefined ? of(head.ratio ?? 1) * (tail ? 0.95 : 1) : 0.3 * of(rules) + 0.7 * of(0.05));
    expect(variance / expected).toBeGreaterThan(1 - 3 * Math.sqrt(2 / RUNS));
    expect(variance / expected).toBeLessThan(1 + 3 * Math.sqrt(2 / RUNS));
  });
});
