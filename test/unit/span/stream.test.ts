import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { traceStream } from '../../../src/span/stream.js';
import { openTestSpan } from '../../support/open-test-span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.reset());
afterAll(() => tracing.stop());

describe('traceStream', () => {
  it('returns undefined for values that are not streams, and leaves the span open', () => {
    const open = openTestSpan('work');
    const page = new (class extends Response {})('x');
    for (const value of [7, null, undefined, {}, [1], new Response(null), page]) {
      expect(traceStream(value, open)).toBeUndefined();
    }
    expect(open.span.isRecording()).toBe(true);
  });

  it('returns the same Node Readable and ends the span at its end', async () => {
    const open = openTestSpan('work');
    const stream = Readable.from(['a', 'b']);
    expect(traceStream(stream, open)).toBe(stream);
    expect(await stream.toArray()).toEqual(['a', 'b']);
    await nextTurn();
    expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('returns another web stream with the same chunks', async () => {
    const stream = Readable.toWeb(Readable.from(['a', 'b'])) as ReadableStream<string>;
    const traced = traceStream(stream, openTestSpan('work'))!;
    expect(traced).not.toBe(stream);
    const chunks: string[] = [];
    for await (const chunk of traced) chunks.push(chunk);
    expect(chunks).toEqual(['a', 'b']);
    tracing.span('work');
  });

  it('returns the same instance of a subclass, whose overridden methods read through the native ones', async () => {
    const reads: unknown[] = [];
    class Lines extends ReadableStream<string> {
      override getReader(options?: unknown): never {
        reads.push(options);
        return super.getReader(options as undefined) as never;
      }
    }
    const lines = new Lines({
      start(controller) {
        controller.enqueue('a');
        controller.close();
      },
    });
    const traced = traceStream(lines, openTestSpan('work'))!;
    expect(traced).toBe(lines);
    const chunks: string[] = [];
    for await (const chunk of traced) chunks.push(chunk);
    expect(chunks).toEqual(['a']);
    expect(reads.length).toBeGreaterThan(0);
    tracing.span('work');
  });

  it('returns a Response with a traced body', async () => {
    const response = traceStream(new Response('hello', { status: 202 }), openTestSpan('work'))!;
    expect([response.status, await response.text()]).toEqual([202, 'hello']);
    tracing.span('work');
  });
});
