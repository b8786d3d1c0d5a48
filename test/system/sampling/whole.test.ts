// A million simulated traces through the real engine and outlet: each leaves whole or not at all, and the share that
// leaves is the ratio. The randomness is seeded, so the outcome is the same in every run.

import { ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { HeadSamplerOptions } from '../../../src/sampling/head-sampler.js';
import { idOf, makeService, randomness, type Service, under } from './harness.js';

interface Open {
  readonly span: Span;
  readonly of: Simulated;
}

/** One trace; what is detached inside it is a trace of its own. */
interface Simulated {
  readonly root: Span;
  spans: number;
}

/** Runs one request of 1 to 50 spans: nested, beside each other, detached, ended in any order. */
function simulate({ tracer }: Service, next: () => number): Simulated[] {
  const root: Simulated = { root: tracer.startSpan('request', undefined, ROOT_CONTEXT), spans: 1 };
  const all = [root];
  const open: Open[] = [{ span: root.root, of: root }];
  // Many small ones and some large ones.
  const more = Math.floor(50 * next() ** 3);
  for (let i = 0; i < more; i++) {
    const dice = next();
    // Below the span that started last, or beside it below any other that is open.
    const above =
      open[dice < 0.5 ? open.length - 1 : Math.floor(next() * open.length)] ?? expect.unreachable();
    if (dice > 0.98) {
      const detached = { root: tracer.startSpan('detached', { root: true }, under(above.span)), spans: 1 };
      all.push(detached);
      open.push({ span: detached.root, of: detached });
    } else {
      above.of.spans++;
      open.push({ span: tracer.startSpan('step', undefined, under(above.span)), of: above.of });
    }
    if (dice < 0.3) endOne(open, next);
  }
  while (open.length > 0) endOne(open, next);
  return all;
}

function endOne(open: Open[], next: () => number): void {
  // Any, also a root before its children; mostly the last.
  const at = next() < 0.7 ? open.length - 1 : Math.floor(next() * open.length);
  if (open.length > 1 || at === 0) open.splice(at, 1)[0]?.span.end();
}

/** Runs so many requests and answers how many traces there were, how many left, and how many of them not whole. */
function run(service: Service, requests: number, next: () => number) {
  let [traces, kept, torn, spans] = [0, 0, 0, 0];
  for (let i = 0; i < requests; i++) {
    const before = service.leftSpans();
    let expected = 0;
    for (const { root, spans: all } of simulate(service, next)) {
      traces++;
      spans += all;
      const left = service.left.size === 0 ? 0 : (service.left.get(idOf(root)) ?? 0);
      if (left === 0) continue;
      kept++;
      expected += all;
      if (left !== all) torn++;
    }
    // Nothing else left either.
    if (service.leftSpans() - before !== expected) torn++;
    service.left.clear();
  }
  return { traces, kept, torn, spans };
}

function expectShare(kept: number, traces: number, ratio: number): void {
  const sigma = Math.sqrt(traces * ratio * (1 - ratio));
  expect(Math.abs(kept - traces * ratio) / sigma).toBeLessThan(3);
}

describe('traces of 1 to 50 spans', () => {
  it.each([
    [0.5, 80_000],
    [0.1, 150_000],
    [0.01, 270_000],
    [0.0001, 500_000],
  ])('at a ratio of %d leave whole or not at all, and that share of them', (ratio, requests) => {
    const { next, fill } = randomness(requests);
    const { traces, kept, torn, spans } = run(makeService({ head: { ratio }, fill }), requests, next);
    expect(torn).toBe(0);
    expect(spans).toBeGreaterThan(traces * 5);
    expectShare(kept, traces, ratio);
  });

  it.each<[string, Partial<HeadSamplerOptions>]>([
    ['rules', { ratio: 0.2, rules: [{ name: 'request', ratio: 0.1 }] }],
    ['a share that changes with every trace', { perSecond: 500 }],
    ['a share that changes, without a parent’s word', { perSecond: 500, followParent: false }],
    ['followRemote: false', { ratio: 0.3, followRemote: false }],
  ])('leave whole or not at all with %s', (_, head) => {
    const { next, fill } = randomness(7);
    // Each look at the clock finds it 10 microseconds later.
    let nowMs = 0;
    const clock = { monotonicMs: () => (nowMs += 0.01), wallMs: () => 1_763_676_000_000 };
    const { kept, torn } = run(makeService({ head, fill, clock }), 20_000, next);
    expect(torn).toBe(0);
    expect(kept).toBeGreaterThan(100);
  });
});
