// Head sampling on real providers: ours and OpenTelemetry's answer alike, trace by trace.

import { createTraceState, ROOT_CONTEXT, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { adjustedCount } from '../../../src/spans/ot-tracestate.js';
import { TracerProvider } from '../../../src/engine/index.js';
import { type HeadSamplerOptions, createHeadSampler } from '../../../src/sampling/head-sampler.js';

const BASE: HeadSamplerOptions = { ratio: 1, trustRemote: 'sampled', followParent: true };
const LOW = '0af7651916cd43dd84000000000000ff';
const HIGH = '0af7651916cd43dd84ffffffffffffff';

function decide(
  options: Partial<HeadSamplerOptions>,
  traceId: string,
  parent?: Partial<SpanContext>,
  name = 'root',
) {
  const sampler = createHeadSampler({ ...BASE, ...options });
  const given = { traceId, spanId: 'b7ad6b7169203331', traceFlags: 0, isRemote: true, ...parent };
  const from = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, given);
  const { decision, traceState } = sampler.shouldSample(from, traceId, name, SpanKind.INTERNAL, {}, []);
  return [SamplingDecision[decision], traceState?.serialize()];
}

const KEPT = 'RECORD_AND_SAMPLED';
const NOT = 'NOT_RECORD';

describe('at the root', () => {
  it.each<[Partial<HeadSamplerOptions>, string, string, string | undefined]>([
    [{ ratio: 0.5 }, HIGH, KEPT, 'ot=th:8'],
    [{ ratio: 0.5 }, LOW, NOT, undefined],
    [{ ratio: 0.01 }, HIGH, KEPT, 'ot=th:fd70a'],
    [{ rules: [{ name: 'root', ratio: 0.25 }], ratio: 0 }, HIGH, KEPT, 'ot=th:c'],
    [{ rules: [{ name: 'other', ratio: 1 }], ratio: 0 }, HIGH, NOT, undefined],
    [{ rules: [{ name: 'r*', ratio: 0 }], ratio: 1 }, HIGH, NOT, undefined],
    [{ rules: [{ name: 'r*', ratio: 1 }], ratio: 0 }, LOW, KEPT, 'ot=th:0'],
  ])('%j', (options, traceId, decision, state) => {
    expect(decide(options, traceId)).toEqual([decision, state]);
  });
});

describe('under a remote parent', () => {
  const sampled = { traceFlags: 1 };
  it.each<[string, Partial<HeadSamplerOptions>, string, Partial<SpanContext>, string, string | undefined]>([
    ['its yes holds', { ratio: 0.5 }, LOW, sampled, KEPT, undefined],
    ['its no holds', { ratio: 0.5 }, HIGH, {}, NOT, undefined],
    ['rules are for roots', { rules: [{ ratio: 0 }] }, HIGH, sampled, KEPT, undefined],
    [
      'a threshold that agrees goes on untouched',
      { ratio: 0.5 },
      HIGH,
      { ...sampled, traceState: createTraceState('a=1,ot=th:c;x:y') },
      KEPT,
      undefined,
    ],
    [
      'a threshold that denies the flag is taken out',
      { ratio: 0.5 },
      LOW,
      { ...sampled, traceState: createTraceState('a=1,ot=th:c;x:y') },
      KEPT,
      'ot=x:y,a=1',
    ],
    [
      'a threshold without the flag is taken out',
      { ratio: 0.5 },
      HIGH,
      { traceState: createTraceState('ot=th:c') },
      NOT,
      '',
    ],
    [
      'explicit randomness counts',
      { ratio: 0.5 },
      LOW,
      { ...sampled, traceState: createTraceState('ot=th:c;rv:fffffffffffff0') },
      KEPT,
      undefined,
    ],
    [
      'a malformed member is left alone',
      { ratio: 0.5 },
      HIGH,
      { ...sampled, traceState: createTraceState('ot=what is this') },
      KEPT,
      undefined,
    ],
    ['against its no, when told so', { ratio: 0.5, trustRemote: 'always' }, LOW, {}, KEPT, undefined],
    [
      'against its no, a threshold says that all are kept',
      { ratio: 0.5, trustRemote: 'always' },
      LOW,
      { traceState: createTraceState('a=1,ot=th:c') },
      KEPT,
      'ot=th:0,a=1',
    ],
    [
      'everyone decides alone, when told so, and takes the stale threshold out',
      { ratio: 0.5, followParent: false },
      LOW,
      { ...sampled, traceState: createTraceState('ot=th:0') },
      NOT,
      '',
    ],
    [
      'explicit randomness outlives another decision',
      { ratio: 0.5, followParent: false },
      LOW,
      { traceState: createTraceState('ot=rv:fffffffffffff0') },
      KEPT,
      'ot=th:8;rv:fffffffffffff0',
    ],
  ])('%s', (_, options, traceId, parent, decision, state) => {
    const [got, written] = decide(options, traceId, parent);
    const before = parent.traceState?.serialize();
    expect([got, written === before ? undefined : written]).toEqual([decision, state]);
  });
});

const providers: readonly [
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

describe.each(providers)('on %s', (_, make) => {
  const TRACES = 20_000;
  const SPANS = 3;

  function run(options: Partial<HeadSamplerOptions>): Map<string, number> {
    const exporter = new InMemorySpanExporter();
    const tracer = make(createHeadSampler({ ...BASE, ...options }), exporter).getTracer('test');
    for (let i = 0; i < TRACES; i++) {
      const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
      let under = trace.setSpan(ROOT_CONTEXT, root);
      for (let depth = 1; depth < SPANS; depth++) {
        const child = tracer.startSpan('child', {}, under);
        under = trace.setSpan(under, child);
        child.end();
      }
      root.end();
    }
    const found = new Map<string, number>();
    for (const span of exporter.getFinishedSpans()) {
      const { traceId, traceState } = span.spanContext();
      expect(traceState?.get('ot')).toMatch(/^th:/);
      found.set(traceId, (found.get(traceId) ?? 0) + 1);
      found.set('weight', (found.get('weight') ?? 0) + (adjustedCount(traceState) ?? Number.NaN) / SPANS);
    }
    return found;
  }

  it.each([0.5, 0.1, 0.01])('keeps whole traces, a share of %d, and weights that add up', ratio => {
    const found = run({ ratio });
    const weight = found.get('weight') ?? 0;
    found.delete('weight');
    expect(new Set(found.values())).toEqual(new Set([SPANS]));
    // Ids are random: five standard deviations are exceeded once in two million times.
    const sigma = Math.sqrt(TRACES * ratio * (1 - ratio));
    expect(Math.abs(found.size - TRACES * ratio)).toBeLessThan(5 * sigma);
    expect(Math.abs(weight - TRACES)).toBeLessThan((5 * sigma) / ratio);
  });
});
