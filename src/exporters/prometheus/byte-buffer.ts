// A byte buffer that grows, for the text of a scrape. Ten thousand histograms are 36 MB of text. Building that text from
// strings takes four times as long as writing it into a buffer in which each line copies its beginning from the line
// before. The buffer is emptied chunk by chunk, so that the event loop runs in between and the whole text is never in memory.

/** Bytes after which a chunk is taken. Writing them takes about a millisecond. */
export const CHUNK_BYTES: number = 256 * 1024;

const INITIAL_BYTES = 16 * 1024;
const ZERO = 0x30;

/** Bytes that grow. Positions are offsets from the start of the current chunk. */
export class ByteBuffer {
  #bytes: Buffer;
  #length = 0;

  constructor() {
    this.#bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  }

  /** The position of the next byte. */
  get length(): number {
    return this.#length;
  }

  /** Reserves room for the methods below that do not check for it. */
  reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  /** Appends any text, and reserves the room for it. */
  writeText(text: string): void {
    this.reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** Appends ASCII text within the reserved room. */
  writeAscii(text: string): void {
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  /** Appends bytes within the reserved room. */
  writeBytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends a few bytes within the reserved room. For a few bytes a loop is cheaper than a call into the engine. */
  writeFewBytes(bytes: Uint8Array): void {
    const target = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < bytes.length; i++) target[at++] = bytes[i] ?? 0;
    this.#length = at;
  }

  /** Appends a copy of bytes of the current chunk within the reserved room. */
  writeCopy(start: number, end: number): void {
    this.#bytes.copyWithin(this.#length, start, end);
    this.#length += end - start;
  }

  /** Appends a whole number that is not negative within the reserved room. */
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

  /** Returns the current chunk and starts the next one at position 0. */
  take(): Buffer {
    const chunk = this.#bytes.subarray(0, this.#length);
    // The chunks of a long text are equally long, so the next one gets as much room as the last.
    this.#bytes = Buffer.allocUnsafeSlow(this.#bytes.length);
    this.#length = 0;
    return chunk;
  }
}
