import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTR_SAMPLING_KEPT_BY, type KeepMark } from '../../../../src/spans/span-buffer.js';
import { createSpanView } from '../../../../src/spans/span-view.js';
import { encodeSpans, startBatcher } from '../../../support/encode-spans.js';
import { anySpan, decodeRequest, makeSpan } from '../../../support/spans.js';

/** The request with spans that were encoded first and added later. */
function encodeAndAdd(spans: readonly ReadableSpan[], mark: KeepMark | undefined): Uint8Array {
  const { batcher, batches } = startBatcher();
  for (const encoded of spans.map(span => batcher.encode(span))) {
    if (typeof encoded === 'string') expect.unreachable(encoded);
    else expect(batcher.addEncoded(encoded, mark)).toBe('added');
  }
  batcher.close();
  return batches[0]!.bytes;
}

function withSampledFlag(span: ReadableSpan): SpanContext {
  const context = span.spanContext();
  return { ...context, traceFlags: context.traceFlags | TraceFlags.SAMPLED };
}

describe('an encoded span', () => {
  it('has the same bytes as a span that is added at once, with the sampled flag', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 5 }), spans => {
        const atOnce = encodeSpans(
          spans.map(span => createSpanView(span, { context: withSampledFlag(span) })),
        );
        expect(Buffer.compare(encodeAndAdd(spans, undefined), atOnce)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('that is marked differs in its tracestate, its sampled flag and the reason only', () => {
    const mark: KeepMark = { reason: 'error', traceState: 'ot=th:0;rv:6e6d1a75832a2f,vendor=x' };
    fc.assert(
      fc.property(anySpan, span => {
        const expected = createSpanView(span, {
          attributes: { [ATTR_SAMPLING_KEPT_BY]: 'error', ...span.attributes },
          context: {
            ...withSampledFlag(span),
            traceState: { serialize: () => mark.traceState } as never,
          },
        });
        expect(decodeRequest(encodeAndAdd([span], mark))).toEqual(decodeRequest(encodeSpans([expected])));
      }),
      { numRuns: 300 },
    );
  });

  it('counts its memory, and is rejected beyond the limit', () => {
    const { batcher } = startBatcher();
    const encoded = batcher.encode(makeSpan({ name: 'x'.repeat(1_000) }));
    expect(typeof encoded === 'string' ? 0 : encoded.bytes).toBeGreaterThan(1_000);
    expect(batcher.encode(makeSpan({ name: 'x'.repeat(61 * 1024 * 1024) }))).toBe('too_large');
  });
});
