// `createTailProcessor` on OpenTelemetry's own provider: decisions at a trace's end without init().

import { ROOT_CONTEXT, type Span, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { isTraceError } from '../../../src/index.js';
import {
  adjustedCount,
  createSampler,
  createTailProcessor,
  type KeepOptions,
} from '../../../src/sampling.js';

function makeWorld(keep: KeepOptions, ratio = 0) {
  const exporter = new InMemorySpanExporter();
  const seen: string[] = [];
  const simple = new SimpleSpanProcessor(exporter);
  const next: SpanProcessor = {
    onStart: span => void seen.push(`start ${span.name}`),
    onEnding: span => void seen.push(`ending ${span.name}`),
    onEnd: span => simple.onEnd(span),
    forceFlush: () => simple.forceFlush(),
    async shutdown() {
      seen.push('shutdown');
    },
  };
  const provider = new BasicTracerProvider({
    sampler: createSampler({ ratio, keep }),
    spanProcessors: [createTailProcessor(keep, next)],
  });
  const tracer = provider.getTracer('test');
  const under = (parent: Span, name: string): Span =>
    tracer.startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, parent));
  const order = (name: string, change: (root: Span, child: Span) => void = () => {}): void => {
    const root = tracer.startSpan(name, {}, ROOT_CONTEXT);
    const child = under(root, `${name}.child`);
    change(root, child);
    child.end();
    root.end();
  };
  const kept = (): ReadableSpan[] => exporter.getFinishedSpans();
  return { provider, tracer, under, order, kept, seen, names: () => kept().map(({ name }) => name) };
}

describe('createTailProcessor()', () => {
  it('lets nothing of what the next processor throws into the application', async () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const broken = { onStart: fail, onEnding: fail, onEnd: fail, forceFlush: fail, shutdown: fail };
    const processor = createTailProcessor({ errors: true }, broken);
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    expect(() => provider.getTracer('test').startSpan('order').end()).not.toThrow();
    await expect(processor.forceFlush()).rejects.toThrow('broken');
    await expect(processor.shutdown()).rejects.toThrow('broken');
  });

  it('refuses a next processor that is none', () => {
    for (const next of [undefined, null, {}, 'batch']) {
      const make = (): unknown => Reflect.apply(createTailProcessor, undefined, [{ errors: true }, next]);
      expect(make).toThrow(/wrong_type: next: .*expected a span processor/);
    }
  });

  it('passes failed and matching traces on whole, marked and sampled, and nothing of the others', () => {
    const world = makeWorld({ errors: true, match: [{ name: 'vip' }] });
    world.order('plain');
    world.order('failed', (_, child) => child.setStatus({ code: SpanStatusCode.ERROR }));
    world.order('vip');
    expect(world.names()).toEqual(['failed.child', 'failed', 'vip.child', 'vip']);
    for (const span of world.kept()) {
      expect(span.attributes['do.sampling.kept_by']).toBe(span.name.startsWith('vip') ? 'match' : 'error');
      expect(span.spanContext().traceFlags & TraceFlags.SAMPLED).toBe(TraceFlags.SAMPLED);
      expect(adjustedCount(span.spanContext().traceState)).toBe(1);
    }
  });

  it('passes on unmarked what the share keeps', () => {
    const world = makeWorld({ errors: true }, 0.5);
    for (let i = 0; i < 200; i++) world.order(`order${i}`);
    const traces = new Map<string, number>();
    for (const span of world.kept()) {
      const { traceId } = span.spanContext();
      traces.set(traceId, (traces.get(traceId) ?? 0) + 1);
    }
    expect([...traces.values()]).toEqual(Array(traces.size).fill(2));
    // Half of 200, and seven sigma on both sides.
    expect(Math.abs(traces.size - 100)).toBeLessThan(50);
    for (const span of world.kept()) {
      expect(span.attributes).toEqual({});
      expect(adjustedCount(span.spanContext().traceState)).toBe(2);
    }
  });

  it('passes starts on at once, and decides what waits at shutdown; afterwards nothing comes', async () => {
    const world = makeWorld({ errors: true });
    const root = world.tracer.startSpan('root', {}, ROOT_CONTEXT);
    const child = world.under(root, 'child');
    expect(world.seen).toEqual(['start root', 'start child']);
    child.setStatus({ code: SpanStatusCode.ERROR });
    child.end();
    await world.provider.forceFlush();
    expect(world.names()).toEqual([]);
    await world.provider.shutdown();
    expect(world.names()).toEqual(['child']);
    root.end();
    world.order('afterwards', top => top.setStatus({ code: SpanStatusCode.ERROR }));
    expect(world.names()).toEqual(['child']);
    expect(world.seen.at(-1)).toBe('shutdown');
  });

  it.each([
    [{ slowerThanMs: -1 }, 'sample.keep.slowerThanMs'],
    [{ eror: true }, 'sample.keep.eror'],
    [{ errors: true, maxBytes: 0 }, 'sample.keep.maxBytes'],
    [{ match: [{ nam: 'x' }] }, 'sample.keep.match[0].nam'],
  ])('refuses %j', (keep, path) => {
    try {
      createTailProcessor(keep as KeepOptions, new SimpleSpanProcessor(new InMemorySpanExporter()));
      expect.unreachable();
    } catch (error) {
      expect(isTraceError(error) && error.problems[0]?.path).toBe(path);
    }
  });
});
