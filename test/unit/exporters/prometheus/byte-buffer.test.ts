import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteBuffer } from '../../../../src/exporters/prometheus/byte-buffer.js';

it('grows, copies and writes integers', () => {
  const buffer = new ByteBuffer();
  buffer.writeText('ä€😀 '.repeat(5_000));
  const start = buffer.length;
  buffer.reserve(200);
  buffer.writeAscii('abc');
  buffer.writeCopy(start, buffer.length);
  for (const value of [0, 9, 10, 4_294_967_296, Number.MAX_SAFE_INTEGER]) {
    buffer.writeFewBytes(Buffer.from(' '));
    buffer.writeInteger(value);
  }
  buffer.writeBytes(Buffer.from(' end'));
  expect(buffer.take().toString()).toBe(
    `${'ä€😀 '.repeat(5_000)}abcabc 0 9 10 4294967296 9007199254740991 end`,
  );
});

it('starts at position 0 after a chunk was taken, and does not change the chunk', () => {
  const buffer = new ByteBuffer();
  buffer.writeText('first');
  const first = buffer.take();
  expect(buffer.length).toBe(0);
  buffer.writeText('second');
  expect(buffer.take().toString()).toBe('second');
  expect(first.toString()).toBe('first');
});

it('writes the bytes of any text and the digits of any integer', () => {
  const parts = fc.array(
    fc.oneof(fc.string({ unit: 'binary', maxLength: 5_000 }), fc.nat({ max: Number.MAX_SAFE_INTEGER })),
  );
  fc.assert(
    fc.property(parts, all => {
      const buffer = new ByteBuffer();
      for (const part of all) {
        if (typeof part === 'string') buffer.writeText(part);
        else {
          buffer.reserve(16);
          buffer.writeInteger(part);
        }
      }
      expect(buffer.length).toBe(Buffer.byteLength(all.join('')));
      expect(buffer.take().equals(Buffer.from(all.join('')))).toBe(true);
    }),
  );
});
