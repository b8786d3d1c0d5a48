import { createContextKey, ROOT_CONTEXT, SpanKind, trace as apiTrace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { type ActiveTracer, getActiveTracer } from '../../../src/span/active-tracer.js';
import { NOOP_SPAN } from '../../../src/span/noop-span.js';
import { runInSpan } from '../../../src/span/span.js';
import { startSpanOn } from '../../../src/span/start-span.js';
import type { SpanOptions } from '../../../src/span/types.js';
import { captureDiagnostics, type CapturedDiagnostic } from '../../support/captured-diagnostics.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
])('startSpanOn %s', (_, start) => {
  it('reports an unknown kind once, and uses internal', () => {
    tracing = start();
    const captured = captureDiagnostics(() => {
      for (const kind of ['consumr', 'consumr', 99]) {
        startSpanOn(getActiveTracer()!, 'work', { kind } as SpanOptions, ROOT_CONTEXT).end();
      }
    });
    expect(tracing.spans().map(({ kind }) => kind)).toEqual(Array(3).fill(SpanKind.INTERNAL));
    expect(captured.map(({ level, code }) => [level, code])).toEqual([
      ['warn', 'unknown_span_kind'],
      ['warn', 'unknown_span_kind'],
    ]);
    expect(captured[0]?.fix).toContain('internal, server, client, producer, consumer');
  });

  it('ignores the case of a kind', () => {
    tracing = start();
    startSpanOn(getActiveTracer()!, 'work', { kind: 'SERVER' as never }, ROOT_CONTEXT).end();
    expect(tracing.span('work').kind).toBe(SpanKind.SERVER);
  });

  it('starts the span below the parent of the context', () => {
    tracing = start();
    const context = apiTrace.setSpanContext(ROOT_CONTEXT, parent);
    startSpanOn(getActiveTracer()!, 'work', undefined, context).end();
    expect(tracing.span('work').parentSpanContext?.spanId).toBe(parent.spanId);
  });
});

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
])('startSpanOn with odd options, on %s', (_, start) => {
  const begin = (options: unknown): CapturedDiagnostic[] =>
    captureDiagnostics(() => {
      tracing = start();
      startSpanOn(getActiveTracer()!, 'odd', options as SpanOptions, ROOT_CONTEXT).end();
    });

  it.each<[string, unknown]>([
    ['attributes', ['a']],
    ['attributes', 'text'],
    ['attributes', new Map([['a', 1]])],
    ['startTime', '2026-01-01'],
    ['startTime', Number.NaN],
    ['startTime', new Date(Number.NaN)],
    ['links', {}],
  ])('reports the option %s, and starts the span without it', (option, value) => {
    const captured = begin({ [option]: value, kind: 'client' });
    expect(captured.map(({ code, source }) => [code, source])).toEqual([['span_option_ignored', option]]);
    expect(tracing?.span('odd')).toMatchObject({ kind: SpanKind.CLIENT, attributes: {}, links: [] });
  });

  it('takes null for an absent option', () => {
    const options = { attributes: null, kind: null, links: null, startTime: null, parent: null, keep: null };
    expect(begin(options)).toEqual([]);
    expect(tracing?.span('odd').kind).toBe(SpanKind.INTERNAL);
  });

  it('starts the span with the options before a getter that throws', () => {
    const captured = begin({
      attributes: { a: 1 },
      get kind(): never {
        throw new Error('getter');
      },
    });
    expect(captured.map(({ source }) => source)).toEqual(['a getter of the span options']);
    expect(tracing?.span('odd').attributes).toEqual({ a: 1 });
  });

  it('takes every form of time', () => {
    tracing = start();
    const seconds = Math.floor(Date.now() / 1_000) - 5;
    for (const startTime of [seconds * 1_000, new Date(seconds * 1_000), [seconds, 0] as const]) {
      startSpanOn(getActiveTracer()!, 'timed', { startTime }, ROOT_CONTEXT).end();
    }
    expect(tracing.spans().map(span => span.startTime[0])).toEqual([seconds, seconds, seconds]);
  });

  it('converts a name that is no text, and reports it', () => {
    const captured = captureDiagnostics(() => {
      tracing = start();
      startSpanOn(getActiveTracer()!, Symbol('odd') as never, undefined, ROOT_CONTEXT).end();
    });
    expect(captured.map(({ code, source }) => [code, source])).toEqual([['argument_ignored', 'trace.span']]);
    tracing?.span('Symbol(odd)');
  });
});

it('the option keep forces the sampling of a new trace, and not that of traces inside', async () => {
  const KEPT = createContextKey('kept');
  const sampled: boolean[] = [];
  tracing = startOwnTracing({
    sampler: {
      shouldSample(context) {
        sampled.push(context.getValue(KEPT) === true);
        return { decision: SamplingDecision.NOT_RECORD };
      },
      toString: () => 'test',
    },
  });
  globalState.tracer = { ...globalState.tracer!, keepNewTraces: context => context.setValue(KEPT, true) };
  runInSpan('kept', { keep: true }, () => runInSpan('inside', { root: true }, () => {}));
  runInSpan('next', { keep: false }, () => {});
  expect(sampled).toEqual([true, false, false]);
});

it('a provider that throws gives the no-op span, and is reported', () => {
  const tracer = {
    isForeign: true,
    tracer: {
      startSpan() {
        throw new Error('foreign');
      },
    },
  } as unknown as ActiveTracer;
  const captured = captureDiagnostics(() =>
    expect(startSpanOn(tracer, 'work', undefined, ROOT_CONTEXT)).toBe(NOOP_SPAN),
  );
  expect(captured).toEqual([expect.objectContaining({ code: 'callback_failed', source: 'starting a span' })]);
});
