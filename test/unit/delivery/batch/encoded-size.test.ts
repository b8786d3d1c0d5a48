import { describe, expect, it } from 'vitest';
import { EncodedSizeMeter } from '../../../../src/delivery/batch/encoded-size.js';
import { writeSpan } from '../../../../src/delivery/otlp/encode-span.js';
import { ByteWriter } from '../../../../src/protobuf/writer.js';
import { captureDiagnostics } from '../../../support/captured-diagnostics.js';
import { makeSpan } from '../../../support/spans.js';

describe('the encoded size of a span', () => {
  it('is that of its protobuf message, also for spans one after the other', () => {
    const meter = new EncodedSizeMeter();
    for (const span of [makeSpan(), makeSpan({ attributes: { pad: 'x'.repeat(50_000) } }), makeSpan()]) {
      const writer = new ByteWriter(1_000_000);
      writeSpan(writer, span);
      expect(meter.measure(span)).toBe(writer.pos);
    }
  });

  it('is at most 60 MiB', () => {
    const meter = new EncodedSizeMeter();
    const measure = (size: number): unknown =>
      meter.measure(makeSpan({ attributes: { pad: 'x'.repeat(size) } }));
    expect(measure(60 * 1024 * 1024 - 1_000)).toBeLessThanOrEqual(60 * 1024 * 1024);
    expect(measure(60 * 1024 * 1024)).toBe('too_large');
  });

  it('is the reason if the span cannot be encoded', () => {
    const meter = new EncodedSizeMeter();
    const unreadable = Object.defineProperty({ ...makeSpan() }, 'attributes', {
      get() {
        throw new Error('boom');
      },
    });
    let result: unknown;
    const captured = captureDiagnostics(() => {
      result = meter.measure(unreadable);
    });
    expect(result).toBe('unreadable');
    expect(captured).toMatchObject([{ code: 'callback_failed' }]);
    expect(meter.measure(makeSpan())).toBeGreaterThan(0);
  });
});
