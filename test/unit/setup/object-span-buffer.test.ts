import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { createObjectSpanBuffer } from '../../../src/setup/object-span-buffer.js';
import { makeSpan } from '../../support/spans.js';
import { processorWith } from '../../support/start-tracing.js';

function create() {
  const spans: ReadableSpan[] = [];
  const processor = processorWith({ onEnd: span => void spans.push(span) });
  return { spans, buffer: createObjectSpanBuffer(processor, 'mine') };
}

function spanWith(traceFlags: TraceFlags): ReadableSpan {
  return makeSpan({ context: { ...makeSpan().spanContext(), traceFlags } });
}

const sampled = spanWith(TraceFlags.SAMPLED);
const unsampled = spanWith(TraceFlags.NONE);
const mark = { reason: 'error', traceState: 'ot=th:0' } as const;

describe('the buffer of span objects', () => {
  it('grows with attributes, events and links', () => {
    const { buffer } = create();
    const bytesOf = (span: ReadableSpan): number => buffer.buffer(span)?.bytes ?? 0;
    const empty = bytesOf(makeSpan({ attributes: {}, events: [], links: [] }));
    const event = { name: 'event', time: [1, 2] as [number, number], attributes: { key: 'value' } };
    for (const parts of [
      { attributes: { key: 'value' } },
      { attributes: { key: ['a', 'b'] } },
      { events: [event] },
      { links: [{ context: makeSpan().spanContext() }] },
    ]) {
      expect(bytesOf(makeSpan({ attributes: {}, events: [], links: [], ...parts }))).toBeGreaterThan(empty);
    }
  });

  it('releases the same span object if it is sampled and has no reason', () => {
    const { spans, buffer } = create();
    const buffered = buffer.buffer(sampled);
    expect(spans).toEqual([]);
    if (buffered !== undefined) buffer.release(buffered, undefined);
    expect(spans).toEqual([sampled]);
    expect(spans[0]).toBe(sampled);
  });

  it('releases an unsampled span of a kept trace with the sampled flag', () => {
    const { spans, buffer } = create();
    const buffered = buffer.buffer(unsampled);
    if (buffered !== undefined) buffer.release(buffered, undefined);
    expect(spans[0]?.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
    expect(unsampled.spanContext().traceFlags).toBe(TraceFlags.NONE);
  });

  it('marks a span that a reason kept, and leaves the original as it was', () => {
    const { spans, buffer } = create();
    const buffered = buffer.buffer(unsampled);
    if (buffered !== undefined) buffer.release(buffered, mark);
    expect(spans[0]?.attributes).toEqual({ 'do.sampling.kept_by': 'error' });
    expect(spans[0]?.spanContext().traceState?.serialize()).toBe('ot=th:0');
    expect(spans[0]?.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
    expect(unsampled.attributes).toEqual({});
  });

  it.each([
    ['sampled', sampled, 0],
    ['unsampled', unsampled, 1],
  ] as const)('of a dropped trace passes a %s span %#', (_, span, count) => {
    const { spans, buffer } = create();
    const buffered = buffer.buffer(span);
    if (buffered !== undefined) buffer.discard(buffered);
    expect(spans).toHaveLength(count);
    buffer.skip(span);
    expect(spans).toHaveLength(2 * count);
  });
});
