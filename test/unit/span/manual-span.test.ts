import { afterEach, describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { startForeignTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(() => tracing?.stop());

describe('startSpan on a provider whose spans cannot be extended', () => {
  it.each([
    ['sealed', Object.seal],
    ['not extensible', Object.preventExtensions],
  ] as const)('%s: a whole span, and disposable', (_, close) => {
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
