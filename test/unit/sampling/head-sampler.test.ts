// The head sampler on two providers: ours and OpenTelemetry's. The results are equal.

import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { TracerProvider } from '../../../src/engine/index.js';
import { createHeadSampler, type HeadSamplerOptions } from '../../../src/sampling/head-sampler.js';
import { adjustedCount } from '../../../src/spans/ot-tracestate.js';

const BASE: HeadSamplerOptions = { ratio: 1, followRemote: true, followParent: true };

describe('the description names the settings', () => {
  it.each<[Partial<HeadSamplerOptions>, string]>([
    [{}, 'ParentBased{root=AlwaysOnSampler'],
    [{ followParent: false }, 'AlwaysOnSampler'],
    [{ ratio: 0 }, 'ParentBased{root=AlwaysOffSampler'],
    [{ ratio: 0, followParent: false }, 'AlwaysOffSampler'],
    [{ ratio: 0.1 }, 'ConsistentSampler{ratio=0.1}'],
    [{ ratio: 0, followRemote: false }, 'ConsistentSampler{ratio=0, followRemote=false}'],
    [
      { ratio: 0.5, perSecond: 10, rules: [{ ratio: 1 }], followParent: false },
      'ConsistentSampler{rules=1, perSecond=10, ratio=0.5, followParent=false}',
    ],
  ])('%j: %s', (options, description) => {
    expect(createHeadSampler({ ...BASE, ...options }).toString()).toContain(description);
  });
});

it('a ratio of 1 with followRemote: false samples under an unsampled remote parent', () => {
  const sampler = createHeadSampler({ ...BASE, followRemote: false });
  const traceId = '0af7651916cd43dd8400000000000000';
  const parent = { traceId, spanId: 'b7ad6b7169203331', traceFlags: 0, isRemote: true };
  const context = trace.setSpanContext(ROOT_CONTEXT, parent);
  const { decision } = sampler.shouldSample(context, traceId, 'a', SpanKind.SERVER, {}, []);
  expect(decision).toBe(SamplingDecision.RECORD_AND_SAMPLED);
});

it('perSecond follows the given clock', () => {
  let nowMs = 0;
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs };
  const sampler = createHeadSampler({ ...BASE, perSecond: 10, clock });
  const traceId = '0af7651916cd43dd8400000000000000';
  const decide = (): SamplingDecision =>
    sampler.shouldSample(ROOT_CONTEXT, traceId, 'a', SpanKind.SERVER, {}, []).decision;
  nowMs += 1_000;
  expect(decide()).toBe(SamplingDecision.RECORD_AND_SAMPLED);
  for (let i = 0; i < 1_000; i++) decide();
  expect(decide()).toBe(SamplingDecision.NOT_RECORD);
});

const PROVIDERS: readonly [
  string,
  (sampler: Sampler, exporter: InMemorySpanExporter) => BasicTracerProvider,
][] = [
  [
    'our provider',
    (sampler, exporter) =>
      new TracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  ],
  [
    'OpenTelemetry’s provider',
    (sampler, exporter) =>
      new BasicTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  ],
];

describe.each(PROVIDERS)('on %s', (_, createProvider) => {
  const TRACES = 20_000;
  const SPANS = 3;

  /** Starts traces of three spans. Returns the exported spans of each trace, and the sum of the weights of all traces. */
  function runTraces(options: Partial<HeadSamplerOptions>): { spans: Map<string, number>; weight: number } {
    const exporter = new InMemorySpanExporter();
    const sampler = createHeadSampler({ ...BASE, ...options });
    const tracer = createProvider(sampler, exporter).getTracer('test');
    for (let i = 0; i < TRACES; i++) {
      const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
      let context = trace.setSpan(ROOT_CONTEXT, root);
      for (let depth = 1; depth < SPANS; depth++) {
        const child = tracer.startSpan('child', {}, context);
        context = trace.setSpan(context, child);
        child.end();
      }
      root.end();
    }
    const spans = new Map<string, number>();
    let weight = 0;
    for (const span of exporter.getFinishedSpans()) {
      const { traceId, traceState } = span.spanContext();
      expect(traceState?.get('ot')).toMatch(/^th:/);
      spans.set(traceId, (spans.get(traceId) ?? 0) + 1);
      weight += (adjustedCount(traceState) ?? Number.NaN) / SPANS;
    }
    return { spans, weight };
  }

  it.each([0.5, 0.1, 0.01])('keeps whole traces, a share of %d, and weights that add up', ratio => {
    const { spans, weight } = runTraces({ ratio });
    expect(new Set(spans.values())).toEqual(new Set([SPANS]));
    // The ids are random. Five standard deviations are exceeded once in two million runs.
    const sigma = Math.sqrt(TRACES * ratio * (1 - ratio));
    expect(Math.abs(spans.size - TRACES * ratio)).toBeLessThan(5 * sigma);
    expect(Math.abs(weight - TRACES)).toBeLessThan((5 * sigma) / ratio);
  });
});
