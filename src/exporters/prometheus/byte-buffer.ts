// A page under construction, as bytes. Ten thousand histograms are 36 MB of text: put together as strings they take four
// times as long as written into place, where each line copies its beginning from the line before. It is taken away in
// pieces, so that the application gets its turns and the page is never in memory as a whole.

/** Bytes after which a piece is taken away; it takes a millisecond to write. */
export const PIECE_BYTES: number = 256 * 1024;

const FIRST_BYTES = 16 * 1024;
const ZERO = 0x30;

/** Bytes that grow. Positions are offsets from the start of the piece. */
export class ByteBuffer {
  #bytes: Buffer;
  #length = 0;

  constructor() {
    this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  /** Where the next byte goes. */
  get length(): number {
    return this.#length;
  }

  /** Makes room, so that the methods below need not look. */
  reserve(writeBytes: number): void {
    const needed = this.#length + writeBytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  /** Appends text of any kind, with room of its own. */
  writeText(text: string): void {
    this.reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** Appends ASCII within the reserved room. */
  writeAscii(text: string): void {
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  /** Appends bytes within the reserved room. */
  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends a handful of bytes within the reserved room: a loop is cheaper than a call into the engine. */
  writeFewBytes(bytes: Uint8Array): void {
    const target = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < bytes.length; i++) target[at++] = bytes[i] ?? 0;
    this.#length = at;
  }

  /** Appends once more what stands on this piece, within the reserved room. */
  writeCopy(start: number, end: number): void {
    this.#bytes.copyWithin(this.#length, start, end);
    this.#length += end - start;
  }

  /** Appends a whole number, 0 or more, within the reserved room. */
  writeInteger(value: number): void {
    if (value < 10) {
      this.#bytes[this.#length++] = ZERO + value;
      return;
    }
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const tens = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + (rest - tens * 10);
      rest = tens;
    }
    this.#length += digits;
  }

  /** What was written since the last time; what comes next begins at 0 again. */
  take(): Buffer {
    const piece = this.#bytes.subarray(0, this.#length);
    // As much room as the last one took: pages of more than one piece have pieces of one size.
    this.#bytes = Buffer.allocUnsafeSlow(this.#bytes.length);
    this.#length = 0;
    return piece;
  }
}
