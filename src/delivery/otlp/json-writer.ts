// Writes JSON text in UTF-8 into a growing buffer. Strings are copied as UTF-8 bytes, without decoding.

const HEX = Buffer.from('0123456789abcdef');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** The letters of the short escapes, by the escaped byte. */
const SHORT: Readonly<Record<number, number>> = {
  8: 0x62,
  9: 0x74,
  10: 0x6e,
  12: 0x66,
  13: 0x72,
  [QUOTE]: QUOTE,
  [BACKSLASH]: BACKSLASH,
};

/** Writes JSON text piece by piece. */
export class JsonWriter {
  #bytes: Buffer;
  #pos = 0;

  /** @param size the expected number of bytes; the buffer grows beyond it */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  /** The bytes written so far. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#pos);
  }

  /** Writes one ASCII character. */
  byte(code: number): void {
    this.#ensure(1);
    this.#bytes[this.#pos++] = code;
  }

  /** Writes bytes unchanged. For short input, a loop is faster than `set`. */
  raw(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    const to = this.#bytes;
    let pos = this.#pos;
    for (let i = 0; i < bytes.length; i++) to[pos++] = bytes[i] ?? 0;
    this.#pos = pos;
  }

  /** Writes ASCII text that needs no escapes. */
  ascii(text: string): void {
    this.#ensure(text.length);
    const to = this.#bytes;
    let pos = this.#pos;
    for (let i = 0; i < text.length; i++) to[pos++] = text.charCodeAt(i);
    this.#pos = pos;
  }

  /** Writes a string literal from UTF-8 bytes. */
  quoted(bytes: Uint8Array, from: number, end: number): void {
    this.#ensure(end - from + 2);
    let to = this.#bytes;
    let pos = this.#pos;
    to[pos++] = QUOTE;
    for (let i = from; i < end; i++) {
      const code = bytes[i] ?? 0;
      if (code >= 0x20 && code !== QUOTE && code !== BACKSLASH) {
        to[pos++] = code;
        continue;
      }
      this.#pos = pos;
      this.#ensure(end - i + 8);
      this.#escape(code);
      to = this.#bytes;
      pos = this.#pos;
    }
    to[pos++] = QUOTE;
    this.#pos = pos;
  }

  /** Writes a string literal with bytes in lower-case hex. */
  hex(bytes: Uint8Array, from: number, end: number): void {
    this.#ensure((end - from) * 2 + 2);
    const to = this.#bytes;
    to[this.#pos++] = QUOTE;
    for (let i = from; i < end; i++) {
      const byte = bytes[i] ?? 0;
      to[this.#pos++] = HEX[byte >>> 4] ?? 0;
      to[this.#pos++] = HEX[byte & 15] ?? 0;
    }
    to[this.#pos++] = QUOTE;
  }

  #escape(code: number): void {
    const to = this.#bytes;
    to[this.#pos++] = BACKSLASH;
    const letter = SHORT[code];
    if (letter !== undefined) {
      to[this.#pos++] = letter;
      return;
    }
    this.#pos += to.write(`u00${code < 16 ? '0' : ''}${code.toString(16)}`, this.#pos, 'latin1');
  }

  #ensure(more: number): void {
    const needed = this.#pos + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#pos);
    this.#bytes = grown;
  }
}
