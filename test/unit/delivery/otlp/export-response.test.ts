import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPartialSuccess } from '../../../../src/delivery/otlp/export-response.js';
import { encodePartialSuccess } from '../../../support/spans.js';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('readPartialSuccess', () => {
  it('reads protobuf and JSON', () => {
    expect(readPartialSuccess(encodePartialSuccess(70_000, 'too old'), 'application/x-protobuf')).toEqual({
      rejected: 70_000,
      message: 'too old',
    });
    expect(
      readPartialSuccess(
        json({ partialSuccess: { rejectedSpans: '3', errorMessage: 'no' } }),
        'application/json',
      ),
    ).toEqual({ rejected: 3, message: 'no' });
  });

  it('recognizes JSON without a content type', () => {
    const body = json({ partialSuccess: { rejectedSpans: 3, errorMessage: 'no' } });
    expect(readPartialSuccess(body, undefined)).toEqual({ rejected: 3, message: 'no' });
  });

  it('ignores a negative number of rejected spans', () => {
    expect(readPartialSuccess(encodePartialSuccess(-5, ''), undefined)).toEqual({ rejected: 0, message: '' });
    expect(readPartialSuccess(json({ partialSuccess: { rejectedSpans: -5 } }), undefined)).toEqual({
      rejected: 0,
      message: '',
    });
  });

  it('skips unknown fields and cuts a long message', () => {
    const known = encodePartialSuccess(2, 'x'.repeat(1_000));
    const body = Buffer.concat([Uint8Array.of(0x10, 0x05, 0x1d, 1, 2, 3, 4), known]);
    expect(readPartialSuccess(body, undefined)).toEqual({ rejected: 2, message: 'x'.repeat(300) });
    const within = Uint8Array.of(0x0a, 6, 0x08, 2, 0x18, 0x08, 0x12, 0);
    expect(readPartialSuccess(within, undefined)).toEqual({ rejected: 2, message: '' });
  });

  it.each([
    ['an empty body', Buffer.alloc(0)],
    ['an empty object', json({})],
    ['null', json(null)],
    ['a body that is cut off', encodePartialSuccess(70_000, 'too old').subarray(0, 5)],
    ['text', Buffer.from('accepted')],
  ])('reads %s as full success', (_, body) => {
    expect(readPartialSuccess(body, undefined)).toEqual({ rejected: 0, message: '' });
  });

  it('never throws, for any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom('application/json', 'application/x-protobuf', undefined),
        (bytes, type) => {
          expect(readPartialSuccess(bytes, type).rejected).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
