import { ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { getActiveTracer } from '../../../src/span/active-tracer.js';
import { endWhenSettled } from '../../../src/span/end-when-settled.js';
import { nextStartOrder } from '../../../src/span/record-failure.js';
import { startSpanOn } from '../../../src/span/start-span.js';
import type { SpanOptions } from '../../../src/span/types.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestOptions, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
afterEach(() => tracing.stop());

/** Starts a provider and a span, and ends the span with a result. */
function endWith<T>(
  result: T,
  options?: SpanOptions,
  testOptions: TestOptions = {},
): { returned: T; span: Span } {
  tracing = startOwnTracing(testOptions);
  const tracer = getActiveTracer()!;
  const span = startSpanOn(tracer, 'work', options, ROOT_CONTEXT);
  const context = tracer.setSpan(ROOT_CONTEXT, span);
  return {
    returned: endWhenSettled(result, span, nextStartOrder(), context, tracer, options, undefined),
    span,
  };
}

describe('endWhenSettled', () => {
  it.each([[7], [null], [undefined], [{ a: 1 }], [() => 1]])('ends the span at once for %j', result => {
    const { returned, span } = endWith(result);
    expect(returned).toBe(result);
    expect(span.isRecording()).toBe(false);
  });

  it('ends the span before code that awaits the returned promise continues', async () => {
    let resolve: (value: number) => void = () => {};
    const promise = new Promise<number>(settle => (resolve = settle));
    const { returned, span } = endWith(promise);
    expect(span.isRecording()).toBe(true);
    resolve(7);
    expect(await returned).toBe(7);
    expect(span.isRecording()).toBe(false);
  });

  it('returns the promise itself for a span that does not record', () => {
    const promise = Promise.resolve(7);
    const { returned } = endWith(promise, undefined, { sampler: new AlwaysOffSampler() });
    expect(returned).toBe(promise);
  });

  it('does not read a getter named then, and ends the span when the getter throws', () => {
    let reads = 0;
    const hostile = {
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
      get then(): never {
        reads++;
        throw new Error('mine');
      },
    };
    const { returned, span } = endWith(hostile as object);
    expect(returned).toBe(hostile);
    expect([reads, span.isRecording()]).toEqual([0, true]);
    expect(() => hostile.then).toThrow('mine');
    expect([reads, span.isRecording()]).toEqual([1, false]);
  });

  it('ends the span and reports it if a stream cannot be observed', () => {
    const stream = new ReadableStream();
    stream.getReader();
    const captured = captureDiagnostics(() => {
      const { returned, span } = endWith(stream, { stream: true });
      expect(returned).toBe(stream);
      expect(span.isRecording()).toBe(false);
    });
    expect(captured).toEqual([
      expect.objectContaining({ code: 'callback_failed', source: 'observing a stream' }),
    ]);
  });

  it('keeps the span open for a thenable that resolves to a stream, with stream: true', async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
    const thenable = { then: (resolve: (value: unknown) => void) => resolve(new ReadableStream()) };
    const { returned, span } = endWith(thenable as unknown as PromiseLike<ReadableStream>, { stream: true });
    const stream = await returned;
    expect(span.isRecording()).toBe(true);
    await stream.cancel();
    expect(span.isRecording()).toBe(false);
  });
});
