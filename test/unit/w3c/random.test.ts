import { describe, expect, it } from 'vitest';
import { generateHexId, platformRandom } from '../../../src/w3c/random.js';

describe('generateHexId', () => {
  it('formats the bytes of the source as lower-case hex', () => {
    expect(generateHexId(4, bytes => bytes.set([0x00, 0x0f, 0xab, 0xff]))).toBe('000fabff');
  });

  it('never returns only zeros', () => {
    expect(generateHexId(8, () => {})).toBe('0000000000000001');
  });
});

describe('platformRandom', () => {
  it('fills all bytes', () => {
    const sum = new Uint8Array(16);
    // The probability that a filled byte is 0 in 64 rounds is 2^-512.
    for (let round = 0; round < 64; round++) {
      const bytes = new Uint8Array(16);
      platformRandom(bytes);
      for (const [index, byte] of bytes.entries()) sum[index] = (sum[index] ?? 0) | byte;
    }
    expect([...sum].filter(byte => byte === 0)).toEqual([]);
  });
});
