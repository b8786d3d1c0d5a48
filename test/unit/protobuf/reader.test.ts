import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtobufError, ProtobufReader, WIRE_TYPE } from '../../../src/protobuf/reader.js';

const read = (...bytes: number[]): ProtobufReader => new ProtobufReader(Uint8Array.from(bytes));

/** A reader that has read the tag of its first field. */
function readTag(...bytes: number[]): ProtobufReader {
  const reader = read(...bytes);
  reader.next();
  return reader;
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
    expect(readTag(0x18, ...bytes).int64()).toBe(value);
  });

  test('eight bytes are little-endian and unsigned', () => {
    expect(readTag(0x39, 1, 0, 0, 0, 0, 0, 0, 0x80).fixed64()).toBe(2n ** 63n + 1n);
  });

  test('text is UTF-8 of any length, and invalid sequences become U+FFFD', () => {
    const long = 'ä'.repeat(40);
    expect(readTag(0x0a, 3, 0x61, 0x62, 0x63).string()).toBe('abc');
    expect(readTag(0x0a, 3, 0x61, 0xc3, 0xa4).string()).toBe('aä');
    expect(readTag(0x0a, 80, ...Buffer.from(long)).string()).toBe(long);
    expect(readTag(0x0a, 2, 0x61, 0xff).string()).toBe('a\uFFFD');
  });

  test('a message ends at its own length, not at that of the enclosing message', () => {
    const outer = readTag(0x0a, 2, 0x08, 0x07, 0x10, 0x01);
    const inner = outer.message();
    expect(inner.next()).toBe(true);
    expect(inner.uint32()).toBe(7);
    expect(inner.next()).toBe(false);
    expect(outer.next()).toBe(true);
    expect(outer.tag).toBe(0x10);
  });
});

describe('a message that is entered', () => {
  test('ends at its own length, and the enclosing message continues', () => {
    const reader = readTag(0x0a, 4, 0x12, 2, 0x08, 0x07, 0x10, 0x01);
    const outerEnd = reader.enter();
    expect(reader.next()).toBe(true);
    const innerEnd = reader.enter();
    expect([reader.next(), reader.tag, reader.uint32(), reader.next()]).toEqual([true, 0x08, 7, false]);
    reader.leave(innerEnd);
    expect(reader.next()).toBe(false);
    reader.leave(outerEnd);
    expect([reader.next(), reader.tag, reader.uint32(), reader.next()]).toEqual([true, 0x10, 1, false]);
  });

  test('cannot be longer than the enclosing message', () => {
    expect(() => readTag(0x0a, 3, 0x08, 0x07).enter()).toThrow(ProtobufError);
    const reader = readTag(0x0a, 2, 0x12, 1, 0x08);
    reader.enter();
    reader.next();
    expect(() => reader.enter()).toThrow(ProtobufError);
  });

  test('reads like a message with a separate reader, for any bytes', () => {
    const count = (reader: ProtobufReader, isEntered: boolean, depth = 0): number => {
      let fields = 0;
      while (reader.next()) {
        fields++;
        if ((reader.tag & 7) !== WIRE_TYPE.delimited || depth > 5) reader.skip();
        else if (isEntered) {
          const outerEnd = reader.enter();
          fields += count(reader, isEntered, depth + 1);
          reader.leave(outerEnd);
        } else fields += count(reader.message(), isEntered, depth + 1);
      }
      return fields;
    };
    const outcome = (bytes: Uint8Array, isEntered: boolean): number | string => {
      try {
        return count(new ProtobufReader(bytes), isEntered);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtobufError);
        return 'invalid';
      }
    };
    const byte = fc.constantFrom(0x08, 0x0a, 0x10, 0x12, 0, 1, 2, 3, 4, 0x80, 0xff);
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), bytes => {
        const input = Uint8Array.from(bytes);
        expect(outcome(input, true)).toBe(outcome(input, false));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('delimited content', () => {
  test('lies between the returned offset and the position', () => {
    const bytes = Uint8Array.from([0x0a, 3, 0x61, 0x62, 0x63, 0x10, 0x05]);
    const reader = new ProtobufReader(bytes);
    reader.next();
    const start = reader.delimited();
    expect(Buffer.from(bytes.subarray(start, reader.position)).toString()).toBe('abc');
    expect([reader.next(), reader.uint32(), reader.position]).toEqual([true, 5, 7]);
  });

  test('is read from a view that begins within its buffer', () => {
    const whole = Uint8Array.from([9, 9, 9, 0x39, 1, 0, 0, 0, 0, 0, 0, 0, 0x0d, 2, 0, 0, 0]);
    const reader = new ProtobufReader(whole.subarray(3));
    expect([reader.next(), reader.fixed64(), reader.next(), reader.fixed32()]).toEqual([true, 1n, true, 2]);
  });
});

describe('unknown fields', () => {
  test.each<[string, number[]]>([
    ['varint', [0x98, 0x06, 0xff, 0x01]],
    ['eight bytes', [0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['length-delimited', [0x9a, 0x06, 2, 1, 2]],
    ['group with a group within', [0x9b, 0x06, 0x0b, 0x08, 0x01, 0x0c, 0x9c, 0x06]],
    ['four bytes', [0x9d, 0x06, 1, 2, 3, 4]],
  ])('of the kind %s are skipped', (_, bytes) => {
    const reader = readTag(...bytes, 0x08, 0x05);
    reader.skip();
    expect(reader.next()).toBe(true);
    expect(reader.uint32()).toBe(5);
    expect(reader.next()).toBe(false);
  });
});

describe('invalid bytes are a ProtobufError', () => {
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
      const reader = read(...bytes);
      while (reader.next()) reader.skip();
    }).toThrow(ProtobufError);
  });

  test('any bytes are read to their end or rejected, by every method', () => {
    const methods = [
      'uint32',
      'int64',
      'bool',
      'fixed32',
      'fixed64',
      'delimited',
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
          const reader = new ProtobufReader(bytes);
          let fields = 0;
          try {
            while (reader.next()) {
              reader[calls[fields % Math.max(1, calls.length)] ?? 'skip']();
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
