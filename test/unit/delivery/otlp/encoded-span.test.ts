// Spans that were held back: the same bytes as at once, or the same message but for the mark.

import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTR_SAMPLING_KEPT_BY, type KeepMark } from '../../../../src/spans/span-buffer.js';
import { createSpanView } from '../../../../src/spans/span-view.js';
import type { Batch } from '../../../../src/delivery/batch/batch.js';
import { SpanBatcher } from '../../../../src/delivery/batch/span-batcher.js';
import { anySpan, decodeRequest, makeSpan, resource } from '../../../support/spans.js';
import { VirtualTime } from '../../../support/delivery-fixture.js';

/** The chunk that comes of what is done with a collector. */
function collect(use: (collector: SpanBatcher) => void): Uint8Array {
  const chunks: Batch[] = [];
  const collector = new SpanBatcher({
    maxBatchBytes: 8e6,
    intervalMs: 1_000,
    resource,
    timers: new VirtualTime(),
    onBatch: chunk => chunks.push(chunk),
  });
  use(collector);
  collector.close();
  return chunks[0]?.bytes ?? new Uint8Array(0);
}

function heldBytes(spans: readonly ReadableSpan[], mark: KeepMark | undefined): Uint8Array {
  return collect(collector => {
    const held = spans.map(span => collector.encode(span));
    for (const each of held) {
      if (typeof each === 'string') expect.unreachable(each);
      else expect(collector.addEncoded(each, mark)).toBe('added');
    }
  });
}

function sampled(span: ReadableSpan): SpanContext {
  const context = span.spanContext();
  return { ...context, traceFlags: context.traceFlags | TraceFlags.SAMPLED };
}

describe('a held span', () => {
  it('has the bytes that it would have had at once, with the flag of a trace that is kept', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 5 }), spans => {
        const atOnce = collect(collector => {
          for (const span of spans) collector.add(createSpanView(span, { context: sampled(span) }));
        });
        expect(Buffer.compare(heldBytes(spans, undefined), atOnce)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('is marked with the tracestate, the sampled flag and the reason, and nothing else', () => {
    const mark: KeepMark = { reason: 'error', traceState: 'ot=th:0;rv:6e6d1a75832a2f,vendor=x' };
    fc.assert(
      fc.property(anySpan, span => {
        const expected = createSpanView(span, {
          attributes: { [ATTR_SAMPLING_KEPT_BY]: 'error', ...span.attributes },
          context: {
            ...sampled(span),
            traceState: { serialize: () => mark.traceState } as never,
          },
        });
        const decoded = decodeRequest(heldBytes([span], mark));
        expect(decoded).toEqual(decodeRequest(collect(collector => void collector.add(expected))));
      }),
      { numRuns: 300 },
    );
  });

  it('is as large as it says, and one over every limit is told at once', () => {
    const collector = new SpanBatcher({
      maxBatchBytes: 1e6,
      intervalMs: 1_000,
      resource,
      timers: new VirtualTime(),
      onBatch() {},
    });
    const held = collector.encode(makeSpan({ name: 'x'.repeat(1_000) }));
    expect(typeof held === 'string' ? 0 : held.bytes).toBeGreaterThan(1_000);
    expect(collector.encode(makeSpan({ name: 'x'.repeat(61 * 1024 * 1024) }))).toBe('too_large');
  });
});
