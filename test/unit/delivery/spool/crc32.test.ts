import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, portableCrc32 } from '../../../../src/delivery/spool/crc32.js';

describe('crc32', () => {
  it('is CRC-32 of IEEE 802.3', () => {
    expect(portableCrc32(Buffer.from('123456789'), 0)).toBe(0xcbf43926);
    expect(crc32(Buffer.from('123456789'), 0)).toBe(0xcbf43926);
  });

  it('is the same with and without the native function', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), (bytes, seed) => {
        expect(portableCrc32(bytes, seed)).toBe(crc32(bytes, seed));
      }),
    );
  });

  it('continues from the checksum of the bytes before', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (head, tail) => {
        expect(crc32(tail, crc32(head, 0))).toBe(crc32(Buffer.concat([head, tail]), 0));
      }),
    );
  });
});
