import { afterEach, describe, expect, it } from 'vitest';
import { NOOP_SPAN } from '../../../src/span/noop-span.js';
import { trace } from '../../../src/span/trace.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(() => tracing?.stop());

describe('startSpan on a provider whose spans cannot be extended', () => {
  it.each([
    ['sealed', Object.seal],
    ['not extensible', Object.preventExtensions],
  ] as const)('%s: the span has all methods and is disposable', (_, close) => {
    tracing = startForeignTracing({
      processors: [
        {
          onStart: span => void close(span),
          onEnd() {},
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    const span = trace.startSpan('closed');
    expect(span.setAttribute('a', 1).addEvent('b')).toBe(span);
    expect([span.isRecording(), Symbol.dispose in span]).toEqual([true, true]);
    trace.withSpan(span, () => expect(trace.getActiveSpan()?.setAttribute('c', 2)).toBe(span));
    span[Symbol.dispose]();
    expect(span.isRecording()).toBe(false);
    expect(tracing.span('closed').attributes).toEqual({ a: 1, c: 2 });
    expect(tracing.span('closed').events).toHaveLength(1);
  });
});

describe('startSpan', () => {
  it('returns the no-op span without a provider', () => {
    tracing = undefined;
    expect(trace.startSpan('none')).toBe(NOOP_SPAN);
  });

  it('starts a child of the active span or of the given parent', () => {
    tracing = startOwnTracing();
    const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    trace.span('outer', () => {
      trace.startSpan('child').end();
      trace.startSpan('elsewhere', { parent }).end();
    });
    const outerId = tracing.span('outer').spanContext().spanId;
    expect(tracing.span('child').parentSpanContext?.spanId).toBe(outerId);
    expect(tracing.span('elsewhere').parentSpanContext?.spanId).toBe(parent.spanId);
  });
});

it('startSpan takes null for absent options', () => {
  tracing = startOwnTracing();
  trace.startSpan('work', null as never).end();
  tracing.span('work');
});

describe('withSpan', () => {
  it('runs the function without a change of context if the value is not a span', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() =>
      trace.span('outer', outer => {
        for (const odd of [undefined, {}, 'x']) {
          expect(trace.withSpan(odd as never, () => trace.getActiveSpan())).toBe(outer);
        }
      }),
    );
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['argument_ignored', 'trace.withSpan'],
    ]);
  });
});
