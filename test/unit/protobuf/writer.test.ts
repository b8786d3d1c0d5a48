// The writer against the reader: each value is read as it was written.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtobufReader } from '../../../src/protobuf/reader.js';
import { ByteWriter, putVarint, TooLargeError, measureVarint } from '../../../src/protobuf/writer.js';

const LIMIT = 1 << 24;
const uint32 = fc.oneof(
  fc.nat(0xffff_ffff),
  fc.constantFrom(0, 0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000, 0xfff_ffff, 0x1000_0000, 0xffff_ffff),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    '',
    '\ud800',
    'a\udc00b',
    'ü'.repeat(64),
    'x'.repeat(36),
    'x'.repeat(37),
    '€'.repeat(6_000),
  ),
);

/** A reader over the written bytes that has read the first tag. */
function written(write: (writer: ByteWriter) => void): ProtobufReader {
  const writer = new ByteWriter(LIMIT);
  write(writer);
  const reader = new ProtobufReader(writer.written);
  expect(reader.next()).toBe(true);
  return reader;
}

function expectEnd(reader: ProtobufReader): void {
  expect(reader.next()).toBe(false);
}

describe('ByteWriter', () => {
  it('writes unsigned numbers below 2^32', () => {
    fc.assert(
      fc.property(uint32, value => {
        const reader = written(writer => {
          writer.byte(0x08);
          writer.varint(value);
        });
        expect(reader.uint32()).toBe(value);
        expectEnd(reader);
      }),
    );
  });

  it('writes integers from -2^63 to 2^63', () => {
    const integer = fc.oneof(
      fc.maxSafeInteger(),
      fc.constantFrom(0, -1, 2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 53, 2 ** 62, -(2 ** 63)),
    );
    fc.assert(
      fc.property(integer, value => {
        const reader = written(writer => {
          writer.byte(0x18);
          writer.int64(value);
        });
        expect(BigInt(reader.int64())).toBe(BigInt(value));
        expectEnd(reader);
      }),
    );
  });

  it('writes doubles and numbers of fixed size', () => {
    fc.assert(
      fc.property(fc.double(), uint32, (double, fixed) => {
        const reader = written(writer => {
          writer.byte(0x21);
          writer.double(double);
          writer.byte(0x2d);
          writer.fixed32(fixed);
        });
        expect(reader.double()).toBe(double);
        reader.next();
        expect(reader.fixed32()).toBe(fixed);
        expectEnd(reader);
      }),
    );
  });

  it('writes times in nanoseconds', () => {
    const seconds = fc.oneof(
      fc.nat(0xffff_ffff),
      fc.constantFrom(0, 65_535, 65_536, 4_294_967_296, 18_446_744_072),
    );
    fc.assert(
      fc.property(seconds, fc.nat(999_999_999), (s, ns) => {
        const reader = written(writer => {
          writer.byte(0x39);
          writer.time(s, ns);
        });
        expect(reader.fixed64()).toBe(BigInt(s) * 1_000_000_000n + BigInt(ns));
      }),
    );
  });

  it('writes text as UTF-8', () => {
    fc.assert(
      fc.property(text, value => {
        const reader = written(writer => {
          writer.byte(0x0a);
          writer.string(value);
        });
        expect(reader.string()).toBe(Buffer.from(value).toString());
        expectEnd(reader);
      }),
    );
  });

  it('writes bytes, ids in hex, and text with one character per byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
        const hex = Buffer.from(bytes).toString('hex');
        const reader = written(writer => {
          writer.byte(0x0a);
          writer.blob(bytes);
          writer.byte(0x12);
          writer.hex(hex);
          writer.byte(0x1a);
          writer.hex(hex.toUpperCase());
          writer.byte(0x22);
          const start = writer.begin(1);
          writer.latin1(Buffer.from(bytes).toString('latin1'));
          writer.raw(bytes);
          writer.end(start, 1);
        });
        const fields = [bytes, bytes, bytes, Buffer.concat([bytes, bytes])];
        for (const [i, field] of fields.entries()) {
          expect(Buffer.from(reader.bytes())).toEqual(Buffer.from(field));
          expect(reader.next()).toBe(i < fields.length - 1);
        }
      }),
    );
  });

  it('fills in the length of a message, whatever size was reserved for it', () => {
    const size = fc.oneof(fc.nat(300), fc.constantFrom(127, 128, 16_383, 16_384, 70_000));
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 5 }), (length, reserved) => {
        const content = new Uint8Array(length).fill(7);
        const reader = written(writer => {
          writer.byte(0x0a);
          const start = writer.begin(reserved);
          writer.raw(content);
          writer.end(start, reserved);
          writer.byte(0x10);
          writer.varint(1);
        });
        expect(Buffer.compare(reader.bytes(), content)).toBe(0);
        expect([reader.next(), reader.uint32()]).toEqual([true, 1]);
        expectEnd(reader);
      }),
    );
  });

  it('writes short pairs like the general path, or nothing', () => {
    fc.assert(
      fc.property(text, fc.oneof(text, uint32), (key, value) => {
        const fast = new ByteWriter(LIMIT);
        const isWritten =
          typeof value === 'string'
            ? fast.shortPair(0x4a, key, value)
            : fast.shortCount(0x4a, key, 0x18, value);
        if (!isWritten) {
          expect(fast.pos).toBe(0);
          return;
        }
        const general = new ByteWriter(LIMIT);
        general.byte(0x4a);
        const pair = general.begin(1);
        general.byte(0x0a);
        general.string(key);
        general.byte(0x12);
        const content = general.begin(1);
        if (typeof value === 'string') {
          general.byte(0x0a);
          general.string(value);
        } else {
          general.byte(0x18);
          general.varint(value);
        }
        general.end(content, 1);
        general.end(pair, 1);
        expect(Buffer.compare(fast.written, general.written)).toBe(0);
      }),
      { numRuns: 500 },
    );
    expect(new ByteWriter(LIMIT).shortPair(0x4a, 'key', 'value')).toBe(true);
  });

  it('throws beyond its limit, and can be reused', () => {
    const writer = new ByteWriter(100_000);
    writer.raw(new Uint8Array(60_000));
    expect(() => writer.raw(new Uint8Array(60_000))).toThrow(TooLargeError);
    expect(writer.pos).toBe(60_000);
    writer.reset();
    writer.raw(new Uint8Array(100_000));
    expect(writer.written).toHaveLength(100_000);
  });

  it('releases a large buffer when it is reset', () => {
    const writer = new ByteWriter(LIMIT);
    writer.raw(new Uint8Array(4 * 1024 * 1024));
    writer.reset();
    expect(writer.bytes.length).toBeLessThan(1024 * 1024);
  });
});

describe('putVarint', () => {
  it('takes as many bytes as varintSize returns', () => {
    fc.assert(
      fc.property(uint32, value => {
        const bytes = new Uint8Array(8);
        expect(putVarint(bytes, 1, value)).toBe(1 + measureVarint(value));
      }),
    );
  });
});
