// Services with different ratios keep nested sets of traces, and weighted counts of the kept traces estimate the number of all
// traces. The random numbers have a seed.

import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { adjustedCount } from '../../../src/spans/ot-tracestate.js';
import { selectPropagator } from '../../../src/propagation/index.js';
import type { HeadSamplerOptions } from '../../../src/sampling/head-sampler.js';
import { createService, quiet, seededRandom, contextOf } from './harness.js';

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
    const { fill } = seededRandom(42);
    const [front, back] = [createService({ head: first, fill }), createService({ head: second, fill })];
    const weights = { front: 0, back: 0 };
    front.onExport(span => (weights.front += adjustedCount(span.spanContext().traceState) ?? Number.NaN));
    back.onExport(span => (weights.back += adjustedCount(span.spanContext().traceState) ?? Number.NaN));
    for (let i = 0; i < 30_000; i++) {
      const request = front.tracer.startSpan('request', { kind: SpanKind.CLIENT }, ROOT_CONTEXT);
      const carrier: Record<string, string> = {};
      propagator.inject(contextOf(request), carrier, setter);
      const received = propagator.extract(ROOT_CONTEXT, carrier, getter);
      back.tracer.startSpan('handle', { kind: SpanKind.SERVER }, received).end();
      request.end();
    }
    return { front: new Set(front.exported.keys()), back: new Set(back.exported.keys()), weights };
  }

  it.each([
    [0.1, 0.01],
    [0.01, 0.1],
  ])(
    'with their own ratios, %d and %d: one keeps a subset of the other, and both estimate the total',
    (a, b) => {
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
    },
  );

  it('the second follows its parent: both keep the same traces, with the weights of the first', () => {
    const { front, back, weights } = keptBy({ ratio: 0.1 }, { ratio: 0.01 });
    expect(back).toEqual(front);
    expect(weights.back).toBeCloseTo(weights.front, 6);
  });
});

describe('weighted counts', () => {
  const RUNS = 200;
  const TRACES = 2_000;

  /** Returns the actual and the estimated numbers of all and of failed requests in one run. */
  function estimate(seed: number, head: Partial<HeadSamplerOptions>, tail: boolean) {
    const { next, fill } = seededRandom(seed);
    const policy = { errors: true, match: [] };
    const service = createService({ head, fill, ...(tail ? { tail: { policy } } : {}) });
    const [actual, estimated] = [
      { all: 0, failed: 0 },
      { all: 0, failed: 0 },
    ];
    service.onExport(span => {
      if (span.parentSpanContext !== undefined) return;
      const weight = adjustedCount(span.spanContext().traceState) ?? Number.NaN;
      estimated.all += weight;
      if (span.status.code === SpanStatusCode.ERROR) estimated.failed += weight;
    });
    for (let i = 0; i < TRACES; i++) {
      const name = next() < 0.3 ? 'checkout' : 'browse';
      const root: Span = service.tracer.startSpan(name, undefined, ROOT_CONTEXT);
      service.tracer.startSpan('step', undefined, contextOf(root)).end();
      actual.all++;
      if (next() < 0.05) {
        actual.failed++;
        root.setStatus({ code: SpanStatusCode.ERROR });
      }
      root.end();
    }
    return { actual, estimated };
  }

  it.each<[string, Partial<HeadSamplerOptions>, boolean]>([
    ['one ratio', { ratio: 0.1 }, false],
    ['rules', { ratio: 0.05, rules: [{ name: 'checkout', ratio: 0.5 }] }, false],
    ['failed traces kept', { ratio: 0.05 }, true],
  ])('with %s are correct on average over 200 runs', (_, head, tail) => {
    const errors: number[] = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const { actual, estimated } = estimate(seed * 7_919, head, tail);
      errors.push(estimated.all - actual.all);
      if (tail) expect(estimated.failed).toBe(actual.failed);
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / RUNS;
    const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (RUNS - 1);
    expect(Math.abs(mean) / Math.sqrt(variance / RUNS)).toBeLessThan(3);
    // The variance is that of a weighted count, within three standard deviations of its estimate.
    const varianceOf = (ratio: number): number => (1 - ratio) / ratio;
    const rules = head.rules?.[0]?.ratio;
    const expected =
      TRACES *
      (rules === undefined
        ? varianceOf(head.ratio ?? 1) * (tail ? 0.95 : 1)
        : 0.3 * varianceOf(rules) + 0.7 * varianceOf(0.05));
    expect(variance / expected).toBeGreaterThan(1 - 3 * Math.sqrt(2 / RUNS));
    expect(variance / expected).toBeLessThan(1 + 3 * Math.sqrt(2 / RUNS));
  });
});
