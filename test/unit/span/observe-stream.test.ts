import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { observeStream } from '../../../src/span/observe-stream.js';
import { openTestSpan } from '../../support/open-test-span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.reset());
afterAll(() => tracing.stop());

describe('an observed stream', () => {
  it('pulls its source only on demand, in the context of the span', async () => {
    const open = openTestSpan('work');
    const pulls: unknown[] = [];
    const source = new ReadableStream<number>(
      {
        pull(controller) {
          pulls.push(getActiveSpan());
          controller.enqueue(1);
        },
      },
      { highWaterMark: 0 },
    );
    const reader = observeStream(source, open).getReader();
    expect(pulls).toEqual([]);
    await reader.read();
    expect(pulls).toEqual([open.span]);
    await reader.cancel();
    expect(open.span.isRecording()).toBe(false);
  });

  it('reads ahead up to the given number of bytes, and reports each chunk', async () => {
    let chunks = 0;
    const source = new ReadableStream<Uint8Array>(
      { pull: controller => controller.enqueue(new Uint8Array(10)) },
      { highWaterMark: 0 },
    );
    const observed = observeStream(source, openTestSpan('work'), {
      readAheadBytes: 25,
      onChunk: () => void chunks++,
    });
    await new Promise(resolve => setImmediate(resolve));
    expect(chunks).toBe(3);
    await observed.cancel();
  });

  it('fails with the error of its source', async () => {
    const error = new Error('reset');
    const source = new ReadableStream({ pull: () => Promise.reject(error) });
    await expect(observeStream(source, openTestSpan('work')).getReader().read()).rejects.toBe(error);
    expect(tracing.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'reset' });
  });

  it('passes the reason of a cancellation on to its source', async () => {
    const reasons: unknown[] = [];
    const source = new ReadableStream({ cancel: reason => void reasons.push(reason) });
    await observeStream(source, openTestSpan('work')).cancel('enough');
    expect(reasons).toEqual(['enough']);
    expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('of bytes skips empty chunks and copies parts of a larger buffer', async () => {
    const pool = new Uint8Array([1, 2, 3, 4]);
    const source = new ReadableStream({
      type: 'bytes',
      start(controller) {
        controller.enqueue(pool.slice(0, 2));
        controller.close();
      },
    });
    const reader = observeStream(source, openTestSpan('work')).getReader({ mode: 'byob' });
    expect((await reader.read(new Uint8Array(8))).value).toEqual(new Uint8Array([1, 2]));
    expect((await reader.read(new Uint8Array(8))).done).toBe(true);
    expect(pool.buffer.byteLength).toBe(4);
  });

  it('cannot be created from a locked stream', () => {
    const source = new ReadableStream();
    source.getReader();
    expect(() => observeStream(source, openTestSpan('work'))).toThrow(TypeError);
  });
});
