// Reads the protobuf wire format: a cursor over bytes that never leaves its bounds.
//
//   message = *( tag value )        tag = varint( field number << 3 | wire type )
//   type 0 varint   1 eight bytes   2 length + bytes   3 group … 4 end of group   5 four bytes
//
// For any input, each call either moves forward or throws `ProtobufError`, so reading always ends.
// Source: https://protobuf.dev/programming-guides/encoding/

/** Thrown for bytes that are not protobuf. */
export class ProtobufError extends Error {
  override readonly name: string = 'ProtobufError';
}

/** The wire type in the lower three bits of a tag. */
export const WIRE_TYPE = {
  varint: 0,
  fixed64: 1,
  delimited: 2,
  startGroup: 3,
  endGroup: 4,
  fixed32: 5,
} as const;

/** The number of groups that may be open at once while an unknown group is skipped. */
const MAX_GROUP_DEPTH = 100;
/** Up to this length, a loop over ASCII characters is four times faster than `TextDecoder`. Most text in a span is shorter. */
const SHORT_TEXT_BYTES = 32;
const MAX_VARINT_BITS = 70;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * A cursor over one message.
 *
 * @example
 * const reader = new ProtobufReader(bytes);
 * while (reader.next()) {
 *   if (reader.tag === 0x0a) name = reader.string(); // field 1, length-delimited
 *   else reader.skip();
 * }
 */
export class ProtobufReader {
  /** The tag that `next` read: field number << 3 | wire type. */
  tag = 0;
  readonly #bytes: Uint8Array;
  #view: DataView | undefined;
  #end: number;
  #position: number;
  /** The upper 32 bits of the varint that was read last. */
  #high = 0;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length, view?: DataView) {
    this.#bytes = bytes;
    this.#view = view;
    this.#position = start;
    this.#end = end;
  }

  /** The offset of the next byte in the bytes that were given to the constructor. */
  get position(): number {
    return this.#position;
  }

  /** Reads the next tag. Returns false at the end of the message. */
  next(): boolean {
    const at = this.#position;
    if (at >= this.#end) return false;
    // Fields below 16 have a tag of one byte: nearly all fields.
    const first = this.#bytes[at] ?? 0;
    if (first < 0x80 && first > 7) {
      this.#position = at + 1;
      this.tag = first;
      return true;
    }
    const tag = this.#varint();
    if (this.#high !== 0 || tag >>> 3 === 0) throw new ProtobufError(`no valid field starts at byte ${at}`);
    this.tag = tag;
    return true;
  }

  /** Reads an unsigned 32-bit varint: enums, counts, flags. Wider numbers keep their low 32 bits, as protobuf requires. */
  uint32(): number {
    return this.#varint();
  }

  /** Reads a signed 64-bit varint: as a number if that is exact, else as a bigint. */
  int64(): number | bigint {
    const low = this.#varint();
    const high = this.#high;
    const signedHigh = high | 0;
    // Exact below 2^53: the common case, and about ten times cheaper than BigInt.
    if (signedHigh >= -0x200000 && signedHigh < 0x200000) {
      const value = signedHigh * 0x100000000 + low;
      if (Number.isSafeInteger(value)) return value;
    }
    return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
  }

  /** Reads a boolean varint. */
  bool(): boolean {
    const low = this.#varint();
    return low !== 0 || this.#high !== 0;
  }

  /** Reads an unsigned 32-bit integer of four bytes. */
  fixed32(): number {
    return this.#dataView().getUint32(this.#take(4), true);
  }

  /** Reads an unsigned 64-bit integer of eight bytes: OTLP's times. */
  fixed64(): bigint {
    return this.#dataView().getBigUint64(this.#take(8), true);
  }

  /** Reads a double. */
  double(): number {
    return this.#dataView().getFloat64(this.#take(8), true);
  }

  /** Moves past a length-delimited value and returns the offset of its content, which ends at `position`. */
  delimited(): number {
    const length = this.#length();
    return this.#take(length);
  }

  /** Reads length-delimited bytes as a view on the input. */
  bytes(): Uint8Array {
    const at = this.delimited();
    return this.#bytes.subarray(at, this.#position);
  }

  /** Reads length-delimited UTF-8 text. Invalid sequences become U+FFFD, so that they do not cost the whole request. */
  string(): string {
    const at = this.delimited();
    const end = this.#position;
    if (end - at <= SHORT_TEXT_BYTES) {
      let text = '';
      let index = at;
      for (; index < end; index++) {
        const byte = this.#bytes[index] ?? 0;
        if (byte > 0x7f) break;
        text += String.fromCharCode(byte);
      }
      if (index === end) return text;
    }
    return utf8.decode(this.#bytes.subarray(at, end));
  }

  /** Moves past a length-delimited message and returns a cursor over it. */
  message(): ProtobufReader {
    const at = this.delimited();
    return new ProtobufReader(this.#bytes, at, this.#position, this.#view);
  }

  /**
   * Enters a length-delimited message without a second cursor: `next` returns false at its end.
   *
   * @returns the end of the enclosing message, for `leave`
   */
  enter(): number {
    const outerEnd = this.#end;
    const length = this.#length();
    this.#ensure(length);
    this.#end = this.#position + length;
    return outerEnd;
  }

  /**
   * Returns to the enclosing message once `next` has returned false.
   *
   * @param outerEnd the result of `enter`
   */
  leave(outerEnd: number): void {
    this.#end = outerEnd;
  }

  /** Moves past the value of the tag that was read last: unknown fields, groups, known fields of another type. */
  skip(): void {
    const openGroups: number[] = [];
    for (;;) {
      const field = this.tag >>> 3;
      switch (this.tag & 7) {
        case WIRE_TYPE.varint:
          this.#varint();
          break;
        case WIRE_TYPE.fixed64:
          this.#take(8);
          break;
        case WIRE_TYPE.delimited:
          this.delimited();
          break;
        case WIRE_TYPE.startGroup:
          if (openGroups.length >= MAX_GROUP_DEPTH) throw new ProtobufError('groups are nested too deeply');
          openGroups.push(field);
          break;
        case WIRE_TYPE.endGroup:
          if (openGroups.pop() !== field) {
            throw new ProtobufError(`a group ends that was not open (field ${field})`);
          }
          break;
        case WIRE_TYPE.fixed32:
          this.#take(4);
          break;
        default:
          throw new ProtobufError(`wire type ${this.tag & 7} does not exist`);
      }
      if (openGroups.length === 0) return;
      if (!this.next()) throw new ProtobufError('a group is not closed');
    }
  }

  /** Created when a fixed-size number is read for the first time: many messages have none. */
  #dataView(): DataView {
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return this.#view;
  }

  #length(): number {
    // Nearly all lengths take one byte, as tags do.
    const at = this.#position;
    const first = this.#bytes[at] ?? 0x80;
    if (first < 0x80 && at < this.#end) {
      this.#position = at + 1;
      return first;
    }
    const length = this.#varint();
    if (this.#high !== 0) throw new ProtobufError('a length is longer than the message');
    return length;
  }

  /** Moves forward by `size` bytes and returns the offset of the first one. */
  #take(size: number): number {
    this.#ensure(size);
    const at = this.#position;
    this.#position = at + size;
    return at;
  }

  #ensure(size: number): void {
    const left = this.#end - this.#position;
    if (size > left) {
      throw new ProtobufError(`the message ends within a field (${size} bytes expected, ${left} left)`);
    }
  }

  /** Reads a varint of up to ten bytes, returns its low 32 bits and keeps the others in `#high`. Drops bits above 64. */
  #varint(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.#high = high >>> 0;
        return low >>> 0;
      }
    }
    throw new ProtobufError('a varint is longer than ten bytes');
  }
}
