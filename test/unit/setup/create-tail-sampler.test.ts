import { type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace-base';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { resolveSample } from '../../../src/config/index.js';
import type { TailSampler } from '../../../src/sampling/tail/tail-sampler.js';
import { TraceOverrides } from '../../../src/sampling/trace-overrides.js';
import type { KeepOptions } from '../../../src/sampling/options.js';
import { createTailSampler } from '../../../src/setup/create-tail-sampler.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { makeTailSpan, RecordingBuffer, type TailTestSpan } from '../../support/tail-sampler-fixture.js';

const ERROR: SpanStatus = { code: SpanStatusCode.ERROR };

let buffer: RecordingBuffer;
let overrides: TraceOverrides;

beforeEach(() => {
  buffer = new RecordingBuffer();
  overrides = new TraceOverrides();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function create(keep: KeepOptions): TailSampler {
  return createTailSampler(resolveSample({ ratio: 0, keep }, undefined).keep, [buffer], overrides);
}

const start = (tail: TailSampler, span: TailTestSpan): void => tail.onStart(span as unknown as Span);

/** Runs a trace of one span. */
function run(tail: TailSampler, name: string, change: (span: TailTestSpan) => void = () => {}): void {
  const span = makeTailSpan(name);
  start(tail, span);
  change(span);
  tail.onEnd(span, span);
}

it('decides by the policy of the options', () => {
  const tail = create({ errors: true, slowerThanMs: 50, match: [{ name: 'vip' }] });
  run(tail, 'plain');
  run(tail, 'failed', span => void Object.assign(span.status, ERROR));
  run(tail, 'slow', span => void Object.assign(span, { duration: [1, 0] }));
  run(tail, 'vip');
  expect(buffer.kept).toEqual(['failed', 'slow', 'vip']);
  expect(buffer.discarded).toEqual(['plain']);
});

it('follows the overrides of the application', () => {
  const tail = create({ errors: true });
  run(tail, 'kept', span => overrides.set(span.spanContext().traceId, 'keep'));
  run(tail, 'dropped', span => {
    overrides.set(span.spanContext().traceId, 'drop');
    Object.assign(span.status, ERROR);
  });
  expect([buffer.kept, buffer.discarded]).toEqual([['kept'], ['dropped']]);
});

it('works without overrides', () => {
  const tail = createTailSampler(resolveSample({ ratio: 0, keep: { errors: true } }, undefined).keep, [
    buffer,
  ]);
  run(tail, 'plain');
  expect(buffer.discarded).toEqual(['plain']);
});

it('evicts beyond maxTraces, and reports the first eviction', () => {
  const captured = captureDiagnostics(() => {
    const tail = create({ errors: true, maxTraces: 1 });
    for (let i = 0; i < 3; i++) start(tail, makeTailSpan('open'));
    expect(tail.stats()).toMatchObject({ open: 1, evicted: { traces: 2 } });
  });
  expect(captured).toMatchObject([{ level: 'warn', code: 'tail_evicted' }]);
});

it('decides after maxWaitMs, by timers that do not keep the process alive', () => {
  let elapsedMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => elapsedMs);
  const timeout = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => {
    clock.mockRestore();
    timeout.mockRestore();
  });
  const wait = (ms: number): void => {
    elapsedMs += ms;
    vi.advanceTimersByTime(ms);
  };
  const tail = create({ errors: true, maxWaitMs: 1_000 });
  start(tail, makeTailSpan('open'));
  const timer = timeout.mock.results[0]?.value as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(false);
  wait(900);
  expect(tail.isEmpty).toBe(false);
  wait(300);
  expect(tail.isEmpty).toBe(true);
});
