import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonWriter } from '../../../../src/delivery/otlp/json-writer.js';

const textOf = (write: (writer: JsonWriter) => void, size = 0): string => {
  const writer = new JsonWriter(size);
  write(writer);
  return writer.written.toString();
};

describe('JsonWriter', () => {
  it('writes a string literal that JSON.parse reads as the string, for any string and buffer size', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(300), (text, size) => {
        const bytes = Buffer.from(text);
        const literal = textOf(writer => writer.quoted(bytes, 0, bytes.length), size);
        expect(JSON.parse(literal)).toBe(bytes.toString());
        expect([...literal].every(character => character >= ' ')).toBe(true);
      }),
    );
  });

  it('uses the short escapes', () => {
    const bytes = Buffer.from('"\\\b\f\n\r\t\u0001\u001f');
    expect(textOf(writer => writer.quoted(bytes, 0, bytes.length))).toBe(
      String.raw`"\"\\\b\f\n\r\t\u0001\u001f"`,
    );
  });

  it('writes the given part of the bytes', () => {
    expect(textOf(writer => writer.quoted(Buffer.from('abcdef'), 2, 4))).toBe('"cd"');
    expect(textOf(writer => writer.hex(Uint8Array.of(0, 0x0a, 0xff, 1), 1, 3))).toBe('"0aff"');
  });

  it('writes ASCII, bytes and single characters in order', () => {
    const text = textOf(writer => {
      writer.byte(0x7b);
      writer.raw(Buffer.from('"a":'));
      writer.ascii('12');
      writer.byte(0x7d);
    });
    expect(text).toBe('{"a":12}');
  });
});
