// The entry `@do/trace/sampling` on OpenTelemetry's provider.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { isTraceError } from '../../../src/index.js';
import { adjustedCount, createSampler } from '../../../src/sampling.js';

describe('createSampler()', () => {
  it('samples for OpenTelemetry’s provider, and writes the probability to tracestate', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      sampler: createSampler({
        ratio: 1,
        rules: [
          { name: '/health*', ratio: 0 },
          { name: 'rare', ratio: 0.5 },
        ],
      }),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    const tracer = provider.getTracer('test');
    for (let i = 0; i < 200; i++) {
      for (const name of ['/healthz', 'rare', 'order']) tracer.startSpan(name, {}, ROOT_CONTEXT).end();
    }
    const counts: Record<string, number> = {};
    for (const { name } of exporter.getFinishedSpans()) counts[name] = (counts[name] ?? 0) + 1;
    expect(counts).toEqual({ order: 200, rare: expect.any(Number) });
    // 0.5 of 200, and seven sigma on both sides.
    expect(Math.abs((counts['rare'] ?? 0) - 100)).toBeLessThan(50);
    const weights = exporter.getFinishedSpans().map(span => adjustedCount(span.spanContext().traceState));
    expect(new Set(weights)).toEqual(new Set([1, 2]));
  });

  it.each([
    [5, 'sample'],
    [{ ratio: -1 }, 'sample.ratio'],
    [{ rules: [{ name: 'a' }] }, 'sample.rules[0].ratio'],
    [{ perSecond: 0 }, 'sample.perSecond'],
    ['prodction', 'sample'],
  ])('refuses %j', (sample, path) => {
    try {
      createSampler(sample as never);
      expect.unreachable();
    } catch (error) {
      expect(isTraceError(error) && error.problems[0]?.path).toBe(path);
    }
  });

  it.each([undefined, 1, 0, 0.3, 'off', 'production', { perSecond: 5 }] as const)('takes %j', sample => {
    expect(createSampler(sample).toString()).toMatch(/Sampler/);
  });
});
