import { createTraceState, ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { KEEP_TRACE_KEY } from '../../../src/context/keys.js';
import { TracerProvider } from '../../../src/engine/index.js';
import { createHeadSampler } from '../../../src/sampling/head-sampler.js';
import { OverrideSampler } from '../../../src/sampling/override-sampler.js';
import { RecordAllSampler } from '../../../src/sampling/record-all-sampler.js';
import { TraceOverrides } from '../../../src/sampling/trace-overrides.js';

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const KEPT = '0af7651916cd43dd8448eb211c80319c';
const OTHER = '1af7651916cd43dd8448eb211c80319c';

/** A sampler with one result, which records its calls. */
function fixedSampler(result: SamplingResult): Sampler & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    shouldSample: (_, traceId) => {
      calls.push(traceId);
      return result;
    },
    toString: () => 'Fixed',
  };
}

const decide = (sampler: Sampler, traceId: string): SamplingResult =>
  sampler.shouldSample(ROOT_CONTEXT, traceId, 'a', SpanKind.INTERNAL, {}, []);

describe('OverrideSampler', () => {
  it('samples the spans of a kept trace, with the tracestate of the other sampler', () => {
    const traceState = createTraceState('a=1');
    const delegate = fixedSampler({ decision: NOT_RECORD, traceState });
    const overrides = new TraceOverrides();
    const sampler = new OverrideSampler(delegate, overrides, KEEP_TRACE_KEY);
    overrides.set(KEPT, 'keep');
    expect(decide(sampler, KEPT)).toEqual({ decision: RECORD_AND_SAMPLED, traceState });
    expect(delegate.calls).toEqual([KEPT]);
  });

  it.each([
    [undefined, 'ot=th:0'],
    ['a=1', 'ot=th:0,a=1'],
    ['a=1,ot=th:8;rv:0123456789abcd', 'ot=th:0;rv:0123456789abcd,a=1'],
  ])(
    'keeps a trace with the key of the option from its start: the tracestate %s becomes %s',
    (given, kept) => {
      const traceState = given === undefined ? {} : { traceState: createTraceState(given) };
      const overrides = new TraceOverrides();
      const delegate = fixedSampler({ decision: NOT_RECORD, attributes: { a: 1 }, ...traceState });
      const sampler = new OverrideSampler(delegate, overrides, KEEP_TRACE_KEY);
      const context = ROOT_CONTEXT.setValue(KEEP_TRACE_KEY, true);
      const result = sampler.shouldSample(context, KEPT, 'a', SpanKind.INTERNAL, {}, []);
      expect({ ...result, traceState: result.traceState?.serialize() }).toEqual({
        decision: RECORD_AND_SAMPLED,
        attributes: { a: 1, 'do.sampling.kept_by': 'application' },
        traceState: kept,
      });
      // Its next spans start without the key.
      expect(decide(sampler, KEPT).decision).toBe(RECORD_AND_SAMPLED);
      expect(decide(sampler, OTHER).decision).toBe(NOT_RECORD);
    },
  );

  it('returns every other result unchanged', () => {
    const result = { decision: NOT_RECORD };
    const overrides = new TraceOverrides();
    const sampler = new OverrideSampler(fixedSampler(result), overrides, KEEP_TRACE_KEY);
    overrides.set(KEPT, 'drop');
    overrides.set('2', 'keep');
    expect(decide(sampler, KEPT)).toBe(result);
    expect(decide(sampler, OTHER)).toBe(result);
  });

  it('exposes the other sampler until the first keep', () => {
    const delegate = fixedSampler({ decision: NOT_RECORD });
    const overrides = new TraceOverrides();
    const sampler = new OverrideSampler(delegate, overrides, KEEP_TRACE_KEY);
    overrides.set(OTHER, 'drop');
    expect(sampler.delegate).toBe(delegate);
    overrides.set(KEPT, 'keep');
    expect(sampler.delegate).toBeUndefined();
  });

  it('has the description of the other sampler', () => {
    const sampler = new OverrideSampler(
      fixedSampler({ decision: NOT_RECORD }),
      new TraceOverrides(),
      KEEP_TRACE_KEY,
    );
    expect(sampler.toString()).toBe('Fixed');
  });
});

describe('on our provider', () => {
  const childOf = (provider: TracerProvider, parent: Span): Span =>
    provider.getTracer('test').startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent));

  it.each<[string, Sampler]>([
    ['a ratio of 0', createHeadSampler({ ratio: 0, followRemote: true, followParent: true })],
    ['a tiny ratio', createHeadSampler({ ratio: 1e-12, followRemote: true, followParent: true })],
    [
      'recording everything',
      new RecordAllSampler(createHeadSampler({ ratio: 0, followRemote: true, followParent: true })),
    ],
  ])('%s: the next spans of a kept trace are sampled, those of other traces are not', (_, delegate) => {
    const overrides = new TraceOverrides();
    const provider = new TracerProvider({
      sampler: new OverrideSampler(delegate, overrides, KEEP_TRACE_KEY),
    });
    const start = (): Span => provider.getTracer('test').startSpan('root', {}, ROOT_CONTEXT);
    const flagOf = (span: Span): number => span.spanContext().traceFlags & 1;
    const root = start();
    expect(flagOf(childOf(provider, root))).toBe(0);
    overrides.set(root.spanContext().traceId, 'keep');
    expect(flagOf(childOf(provider, root))).toBe(1);
    const other = start();
    expect([flagOf(other), flagOf(childOf(provider, other))]).toEqual([0, 0]);
  });

  it('a built-in sampler is not called before the first keep, and is called after it', () => {
    let calls = 0;
    const root = new AlwaysOnSampler();
    const delegate = new ParentBasedSampler({ root });
    const overrides = new TraceOverrides();
    class CountingSampler extends OverrideSampler {
      override shouldSample(...args: Parameters<OverrideSampler['shouldSample']>): SamplingResult {
        calls++;
        return super.shouldSample(...args);
      }
    }
    const provider = new TracerProvider({
      sampler: new CountingSampler(delegate, overrides, KEEP_TRACE_KEY),
    });
    const span = provider.getTracer('test').startSpan('root', {}, ROOT_CONTEXT);
    childOf(provider, span);
    expect(calls).toBe(0);
    overrides.set(span.spanContext().traceId, 'keep');
    childOf(provider, span);
    expect(calls).toBe(1);
  });
});
