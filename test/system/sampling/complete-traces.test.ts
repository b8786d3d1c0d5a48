// A million simulated traces with the real engine and span pipeline. Each is exported completely or not at all, and the ratio of
// exported traces is the configured one. The random numbers have a seed, so every run has the same result.

import { ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { HeadSamplerOptions } from '../../../src/sampling/head-sampler.js';
import { traceIdOf, createService, seededRandom, type Service, contextOf } from './harness.js';

interface OpenSpan {
  readonly span: Span;
  readonly trace: SimulatedTrace;
}

/** A trace. Its detached spans start traces of their own. */
interface SimulatedTrace {
  readonly root: Span;
  spans: number;
}

/** Runs one request of 1 to 50 spans: nested, siblings, detached, ended in any order. */
function simulate({ tracer }: Service, next: () => number): SimulatedTrace[] {
  const root: SimulatedTrace = { root: tracer.startSpan('request', undefined, ROOT_CONTEXT), spans: 1 };
  const all = [root];
  const open: OpenSpan[] = [{ span: root.root, trace: root }];
  // The third power makes many small traces and some large ones.
  const more = Math.floor(50 * next() ** 3);
  for (let i = 0; i < more; i++) {
    const dice = next();
    // The parent is the span that started last, or any open span.
    const parent =
      open[dice < 0.5 ? open.length - 1 : Math.floor(next() * open.length)] ?? expect.unreachable();
    if (dice > 0.98) {
      const detached = {
        root: tracer.startSpan('detached', { root: true }, contextOf(parent.span)),
        spans: 1,
      };
      all.push(detached);
      open.push({ span: detached.root, trace: detached });
    } else {
      parent.trace.spans++;
      open.push({ span: tracer.startSpan('step', undefined, contextOf(parent.span)), trace: parent.trace });
    }
    if (dice < 0.3) endOne(open, next);
  }
  while (open.length > 0) endOne(open, next);
  return all;
}

function endOne(open: OpenSpan[], next: () => number): void {
  // Mostly the last span, otherwise any. The root may end before its children.
  const at = next() < 0.7 ? open.length - 1 : Math.floor(next() * open.length);
  if (open.length > 1 || at === 0) open.splice(at, 1)[0]?.span.end();
}

/** Runs requests. Returns the number of traces, of kept traces, of incompletely exported traces and of spans. */
function run(service: Service, requests: number, next: () => number) {
  let [traces, kept, incomplete, spans] = [0, 0, 0, 0];
  for (let i = 0; i < requests; i++) {
    const before = service.exportedSpans();
    let expected = 0;
    for (const { root, spans: all } of simulate(service, next)) {
      traces++;
      spans += all;
      const exported = service.exported.size === 0 ? 0 : (service.exported.get(traceIdOf(root)) ?? 0);
      if (exported === 0) continue;
      kept++;
      expected += all;
      if (exported !== all) incomplete++;
    }
    // No other span was exported.
    if (service.exportedSpans() - before !== expected) incomplete++;
    service.exported.clear();
  }
  return { traces, kept, incomplete, spans };
}

function expectRatio(kept: number, traces: number, ratio: number): void {
  const sigma = Math.sqrt(traces * ratio * (1 - ratio));
  expect(Math.abs(kept - traces * ratio) / sigma).toBeLessThan(3);
}

describe('traces of 1 to 50 spans', () => {
  it.each([
    [0.5, 80_000],
    [0.1, 150_000],
    [0.01, 270_000],
    [0.0001, 500_000],
  ])('at a ratio of %d are exported completely or not at all, with that ratio', (ratio, requests) => {
    const { next, fill } = seededRandom(requests);
    const { traces, kept, incomplete, spans } = run(createService({ head: { ratio }, fill }), requests, next);
    expect(incomplete).toBe(0);
    expect(spans).toBeGreaterThan(traces * 5);
    expectRatio(kept, traces, ratio);
  });

  it.each<[string, Partial<HeadSamplerOptions>]>([
    ['rules', { ratio: 0.2, rules: [{ name: 'request', ratio: 0.1 }] }],
    ['a ratio that changes with every trace', { perSecond: 500 }],
    ['a ratio that changes, without the decision of the parent', { perSecond: 500, followParent: false }],
    ['followRemote: false', { ratio: 0.3, followRemote: false }],
  ])('are exported completely or not at all with %s', (_, head) => {
    const { next, fill } = seededRandom(7);
    // Each reading of the clock advances it by 10 microseconds.
    let nowMs = 0;
    const clock = { monotonicMs: () => (nowMs += 0.01), wallMs: () => 1_763_676_000_000 };
    const { kept, incomplete } = run(createService({ head, fill, clock }), 20_000, next);
    expect(incomplete).toBe(0);
    expect(kept).toBeGreaterThan(100);
  });
});
