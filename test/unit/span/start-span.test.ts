import { ROOT_CONTEXT, SpanKind, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { type ActiveTracer, getActiveTracer } from '../../../src/span/active-tracer.js';
import { NOOP_SPAN } from '../../../src/span/noop-span.js';
import { startSpanOn } from '../../../src/span/start-span.js';
import type { SpanOptions } from '../../../src/span/types.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
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
