import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtobufReader, ProtobufError } from '../../../src/protobuf/reader.js';

const wire = (...bytes: number[]): ProtobufReader => new ProtobufReader(Uint8Array.from(bytes));

/** A cursor that stands behind the tag of its first field. */
function opened(...bytes: number[]): ProtobufReader {
  const cursor = wire(...bytes);
  cursor.next();
  return cursor;
}

describe('values', () => {
  test.each<[number | bigint, number[]]>([
    [0, [0]],
    [127, [0x7f]],
    [300, [0xac, 0x02]],
    [2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x08]],
    [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    [2n ** 53n, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]],
    [-1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    [Number.MIN_SAFE_INTEGER, [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xf0, 0xff, 0x01]],
    [2n ** 63n - 1n, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    [-(2n ** 63n), [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ])('%s is read exactly as a signed varint', (value, bytes) => {
    expect(opened(0x18, ...bytes).int64()).toBe(value);
  });

  test('eight bytes are little-endian and unsigned', () => {
    expect(opened(0x39, 1, 0, 0, 0, 0, 0, 0, 0x80).fixed64()).toBe(2n ** 63n + 1n);
  });

  test('text is UTF-8, whatever its length, and what is not becomes U+FFFD', () => {
    const long = 'ä'.repeat(40);
    expect(opened(0x0a, 3, 0x61, 0x62, 0x63).string()).toBe('abc');
    expect(opened(0x0a, 3, 0x61, 0xc3, 0xa4).string()).toBe('aä');
    expect(opened(0x0a, 80, ...Buffer.from(long)).string()).toBe(long);
    expect(opened(0x0a, 2, 0x61, 0xff).string()).toBe('a\uFFFD');
  });

  test('a message ends at its own length, not at its holder’s', () => {
    const outer = opened(0x0a, 2, 0x08, 0x07, 0x10, 0x01);
    const inner = outer.message();
    expect(inner.next()).toBe(true);
    expect(inner.uint32()).toBe(7);
    expect(inner.next()).toBe(false);
    expect(outer.next()).toBe(true);
    expect(outer.tag).toBe(0x10);
  });
});

describe('unknown fields', () => {
  test.each<[string, number[]]>([
    ['varint', [0x98, 0x06, 0xff, 0x01]],
    ['eight bytes', [0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['length-delimited', [0x9a, 0x06, 2, 1, 2]],
    ['group with a group within', [0x9b, 0x06, 0x0b, 0x08, 0x01, 0x0c, 0x9c, 0x06]],
    ['four bytes', [0x9d, 0x06, 1, 2, 3, 4]],
  ])('%s are passed over', (_, bytes) => {
    const cursor = opened(...bytes, 0x08, 0x05);
    cursor.skip();
    expect(cursor.next()).toBe(true);
    expect(cursor.uint32()).toBe(5);
    expect(cursor.next()).toBe(false);
  });
});

describe('broken bytes are a WireError', () => {
  test.each<[string, number[]]>([
    ['field number 0', [0x00]],
    ['wire type 6', [0x0e]],
    ['wire type 7', [0x0f]],
    ['a length beyond the end', [0x0a, 0x05, 1]],
    ['a length of more than 32 bits', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a varint that does not end', [0x08, 0xff]],
    ['a varint of eleven bytes', [0x08, ...Array<number>(10).fill(0x80), 0x01]],
    ['a group that is not closed', [0x0b]],
    ['a group closed by another', [0x0b, 0x14]],
    ['the end of a group alone', [0x0c]],
    ['groups without end', Array<number>(1_000).fill(0x0b)],
  ])('%s', (_, bytes) => {
    expect(() => {
      const cursor = wire(...bytes);
      while (cursor.next()) cursor.skip();
    }).toThrow(ProtobufError);
  });

  test('any bytes are read to their end or refused, by every method', () => {
    const methods = [
      'uint32',
      'int64',
      'bool',
      'fixed64',
      'double',
      'bytes',
      'string',
      'message',
      'skip',
    ] as const;
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.constantFrom(...methods)),
        (bytes, calls) => {
          const cursor = new ProtobufReader(bytes);
          let fields = 0;
          try {
            while (cursor.next()) {
              cursor[calls[fields % Math.max(1, calls.length)] ?? 'skip']();
              fields++;
            }
          } catch (error) {
            expect(error).toBeInstanceOf(ProtobufError);
          }
          expect(fields).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
