// The protobuf wire format, read only: a cursor over bytes that never leaves its bounds.
//
//   message = *( tag value )        tag = varint( field << 3 | type )
//   type 0 varint   1 eight bytes   2 length + bytes   3 group … 4 end of group   5 four bytes
//
// Whatever the bytes are, each call either moves forward or throws `WireError`, so reading always ends.
// Source: https://protobuf.dev/programming-guides/encoding/

/** Bytes that are not protobuf. */
export class WireError extends Error {
  override readonly name: string = 'WireError';
}

/** How many groups may be open at once while an unknown one is skipped. */
const MAX_GROUP_DEPTH = 100;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * A cursor over one message.
 *
 * @example
 * const wire = new Wire(bytes);
 * while (wire.next()) {
 *   if (wire.tag === 0x0a) name = wire.string(); // field 1, length-delimited
 *   else wire.skip();
 * }
 */
export class Wire {
  /** The tag that `next` read: field number << 3 | wire type. */
  tag = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #position: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length, view?: DataView) {
    this.#bytes = bytes;
    this.#view = view ?? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = start;
    this.#end = end;
  }

  /** Reads the next tag; false at the end of the message. */
  next(): boolean {
    if (this.#position >= this.#end) return false;
    const at = this.#position;
    const { low, high } = this.#varint();
    if (high !== 0 || low >>> 3 === 0) throw new WireError(`no valid field starts at byte ${at}`);
    this.tag = low;
    return true;
  }

  /** An unsigned 32-bit varint: enums, counts, flags; wider ones keep their low 32 bits, as protobuf says. */
  uint32(): number {
    return this.#varint().low;
  }

  /** A signed 64-bit varint: a number where that is exact, else a bigint. */
  int64(): number | bigint {
    const { low, high } = this.#varint();
    const signedHigh = high | 0;
    // Exact below 2^53: the common case, and about ten times cheaper than going through BigInt.
    if (signedHigh >= -0x200000 && signedHigh < 0x200000) {
      const value = signedHigh * 0x100000000 + low;
      if (Number.isSafeInteger(value)) return value;
    }
    return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
  }

  /** A boolean varint. */
  bool(): boolean {
    const { low, high } = this.#varint();
    return low !== 0 || high !== 0;
  }

  /** An unsigned 64-bit integer of eight bytes: OTLP's times. */
  fixed64(): bigint {
    const at = this.#take(8);
    return (BigInt(this.#view.getUint32(at + 4, true)) << 32n) | BigInt(this.#view.getUint32(at, true));
  }

  /** A double. */
  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** Length-delimited bytes, as a view on the input. */
  bytes(): Uint8Array {
    const length = this.#length();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Length-delimited UTF-8 text; invalid sequences become U+FFFD instead of costing the whole request. */
  string(): string {
    const length = this.#length();
    const at = this.#take(length);
    if (length <= 32) {
      // Short ASCII is nearly all there is in a span, and four times faster this way than by TextDecoder.
      let text = '';
      let index = at;
      for (; index < at + length; index++) {
        const byte = this.#bytes[index] ?? 0;
        if (byte > 0x7f) break;
        text += String.fromCharCode(byte);
      }
      if (index === at + length) return text;
    }
    return utf8.decode(this.#bytes.subarray(at, at + length));
  }

  /** A length-delimited message, as a cursor of its own. */
  message(): Wire {
    const length = this.#length();
    const at = this.#take(length);
    return new Wire(this.#bytes, at, at + length, this.#view);
  }

  /** Passes over the value of the tag just read: unknown fields, groups, and known fields of another type. */
  skip(): void {
    const open: number[] = [];
    for (;;) {
      const field = this.tag >>> 3;
      switch (this.tag & 7) {
        case 0:
          this.#varint();
          break;
        case 1:
          this.#take(8);
          break;
        case 2:
          this.#take(this.#length());
          break;
        case 3:
          if (open.length >= MAX_GROUP_DEPTH) throw new WireError('groups are nested too deeply');
          open.push(field);
          break;
        case 4:
          if (open.pop() !== field) throw new WireError(`a group ends that was not open (field ${field})`);
          break;
        case 5:
          this.#take(4);
          break;
        default:
          throw new WireError(`wire type ${this.tag & 7} does not exist`);
      }
      if (open.length === 0) return;
      if (!this.next()) throw new WireError('a group is not closed');
    }
  }

  #length(): number {
    const { low, high } = this.#varint();
    if (high !== 0) throw new WireError('a length is longer than the message');
    return low;
  }

  /** Moves over `length` bytes and answers where they start. */
  #take(length: number): number {
    const at = this.#position;
    if (length > this.#end - at) {
      throw new WireError(`the message ends within a field (${length} bytes wanted, ${this.#end - at} left)`);
    }
    this.#position = at + length;
    return at;
  }

  /** A varint of up to ten bytes as two unsigned 32-bit halves; bits above 64 are dropped. */
  #varint(): { low: number; high: number } {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) return { low: low >>> 0, high: high >>> 0 };
    }
    throw new WireError('a varint is longer than ten bytes');
  }
}
