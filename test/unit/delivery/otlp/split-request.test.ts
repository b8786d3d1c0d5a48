import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitBatch } from '../../../../src/delivery/otlp/split-request.js';
import { encodeBatch } from '../../../support/encode-spans.js';
import { spanNames } from '../../../support/span-names.js';
import { decodeRequest, makeSpan, scope } from '../../../support/spans.js';

interface DecodedRequest {
  readonly resourceSpans: readonly { resource: unknown; schemaUrl: string; scopeSpans: readonly unknown[] }[];
}

const decode = (bytes: Uint8Array): DecodedRequest => decodeRequest(bytes) as DecodedRequest;

describe('splitBatch', () => {
  it('keeps every span once, in order, with its resource and scope', () => {
    const scopes = [scope, { name: 'http', schemaUrl: 'https://example.test/1' }];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 40 }), picks => {
        const batch = encodeBatch(
          picks.map((pick, i) => makeSpan({ name: `s${i}`, instrumentationScope: scopes[pick]! })),
        );
        const halves = splitBatch(batch)!;
        expect(halves[0].spanCount).toBe(Math.floor(picks.length / 2));
        expect(halves[0].spanCount + halves[1].spanCount).toBe(batch.spanCount);
        expect(halves.flatMap(half => spanNames(half.bytes))).toEqual(spanNames(batch.bytes));
        const whole = decode(batch.bytes);
        for (const half of halves) {
          expect(spanNames(half.bytes)).toHaveLength(half.spanCount);
          const decoded = decode(half.bytes);
          expect(decoded.resourceSpans[0]!.resource).toEqual(whole.resourceSpans[0]!.resource);
          expect(decoded.resourceSpans[0]!.schemaUrl).toBe(whole.resourceSpans[0]!.schemaUrl);
        }
      }),
    );
  });

  it('leaves out scopes without a span', () => {
    const spans = ['a', 'b'].map(name => makeSpan({ name, instrumentationScope: { name } }));
    for (const half of splitBatch(encodeBatch(spans))!) {
      expect(decode(half.bytes).resourceSpans[0]!.scopeSpans).toHaveLength(1);
    }
  });

  it('returns undefined for a single span', () => {
    expect(splitBatch(encodeBatch([makeSpan()]))).toBeUndefined();
  });

  it('returns undefined if the number of spans differs from the batch', () => {
    const { bytes } = encodeBatch([makeSpan(), makeSpan(), makeSpan()]);
    expect(splitBatch({ bytes, spanCount: 9 })).toBeUndefined();
  });

  it.each([
    ['a resource', [0x0a, 2, 0x10, 1]],
    ['a scope', [0x0a, 4, 0x12, 2, 0x10, 1]],
  ])('returns undefined for a field of %s that has no length', (_, bytes) => {
    expect(splitBatch({ bytes: Uint8Array.from(bytes), spanCount: 2 })).toBeUndefined();
  });

  it('returns undefined for damaged bytes, and never throws', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        bytes => splitBatch({ bytes, spanCount: 4 }) === undefined,
      ),
    );
    const { bytes, spanCount } = encodeBatch([makeSpan(), makeSpan(), makeSpan(), makeSpan()]);
    for (let end = 0; end < bytes.length; end++) {
      expect(splitBatch({ bytes: bytes.subarray(0, end), spanCount })).toBeUndefined();
    }
  });
});
