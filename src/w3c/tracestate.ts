// The `tracestate` header of W3C Trace Context Level 2, section 3.3: an ordered list of vendors' own data.
//
//   rojo=00f067aa0ba902b7,congo@tenant=t61rcWkgMzE
//   |    |                |
//   |    |                older members further right
//   |    value: 1 to 256 printable ASCII without "," and "=", not ending in a space
//   key: 1 to 256 of a-z 0-9 _ - * / @, beginning with a letter or digit
//
// At most 32 members. Members may be empty and surrounded by spaces and tabs. One wrong member discards the whole list.

/** The most members a list may have (section 3.3.1.3). */
export const MAX_MEMBERS = 32;

/** A parsed or made `tracestate`; immutable, most recent member first, and `String(s)` is the header. */
export interface Tracestate extends Iterable<[string, string]> {
  /** The number of members, 0 to 32. */
  readonly size: number;
  /** The value of a key, or `undefined`. */
  get(key: string): string | undefined;
  /** Whether the key is there. */
  has(key: string): boolean;
  /** The members from the most recent to the oldest. */
  entries(): IterableIterator<[string, string]>;
  /**
   * A list with this member in front; an older one of the same key goes, and beyond 32 the last one.
   * A key or value outside the grammar gives the same list back: nothing that is sent is ever invalid.
   */
  set(key: string, value: string): Tracestate;
  /** A list without this key. */
  delete(key: string): Tracestate;
  /** The header text: members joined by commas, no white space; empty for an empty list. */
  toString(): string;
}

const COMMA = 0x2c;
const EQUALS = 0x3d;
const SPACE = 0x20;
const TAB = 0x09;
const AT = 0x40;
const MAX_LENGTH = 256;

// What a character may be: in a key, first in a key, in a value.
const KEY = 1;
const KEY_START = 2;
const VALUE = 4;
const CLASS: Uint8Array = /* @__PURE__ */ characterClasses();

class MemberList implements Tracestate {
  // Two flat arrays: with at most 32 members a linear search beats a Map, and nothing is copied to build one.
  readonly #keys: readonly string[];
  readonly #values: readonly string[];
  #text: string | undefined;

  constructor(keys: readonly string[], values: readonly string[], text?: string) {
    this.#keys = keys;
    this.#values = values;
    this.#text = text;
  }

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): string | undefined {
    const at = this.#keys.indexOf(key);
    return at === -1 ? undefined : this.#values[at];
  }

  has(key: string): boolean {
    return this.#keys.includes(key);
  }

  *entries(): IterableIterator<[string, string]> {
    for (let i = 0; i < this.#keys.length; i++) yield [this.#keys[i] ?? '', this.#values[i] ?? ''];
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  set(key: string, value: string): Tracestate {
    if (!isKey(key) || !isValue(value)) return this;
    const keys = [key];
    const values = [value];
    for (let i = 0; i < this.#keys.length && keys.length < MAX_MEMBERS; i++) {
      const other = this.#keys[i] ?? '';
      if (other === key) continue;
      keys.push(other);
      values.push(this.#values[i] ?? '');
    }
    return new MemberList(keys, values);
  }

  delete(key: string): Tracestate {
    const at = this.#keys.indexOf(key);
    if (at === -1) return this;
    return new MemberList(without(this.#keys, at), without(this.#values, at));
  }

  toString(): string {
    this.#text ??= this.#keys.map((key, i) => `${key}=${this.#values[i]}`).join(',');
    return this.#text;
  }
}

const EMPTY: Tracestate = /* @__PURE__ */ new MemberList([], [], '');

function parse(header: string | readonly string[] | null | undefined): Tracestate {
  if (typeof header === 'string') return parseText(header);
  if (!Array.isArray(header)) return EMPTY;
  // Several header lines are one list in their order (RFC 9110, section 5.3).
  return header.every(line => typeof line === 'string') ? parseText(header.join(',')) : EMPTY;
}

/** One pass over the text: every character is looked at once, and the pass stops at the first fault. */
function parseText(text: string): Tracestate {
  const keys: string[] = [];
  const values: string[] = [];
  const length = text.length;
  // Stays true while the text is exactly what toString() would build, so that it can be reused without building.
  let canonical = true;
  let members = 0;
  let at = 0;
  while (at < length) {
    let code = text.charCodeAt(at);
    if (code === COMMA || code === SPACE || code === TAB) {
      canonical = false;
      at++;
      continue;
    }
    const keyStart = at;
    if (((CLASS[code] ?? 0) & KEY_START) === 0) return EMPTY;
    do code = text.charCodeAt(++at);
    while (((CLASS[code] ?? 0) & KEY) !== 0);
    const keyEnd = at;
    if (code !== EQUALS || keyEnd - keyStart > MAX_LENGTH) return EMPTY;
    const valueStart = ++at;
    let valueEnd = valueStart;
    for (; at < length; at++) {
      code = text.charCodeAt(at);
      if (((CLASS[code] ?? 0) & VALUE) === 0) break;
      if (code !== SPACE) valueEnd = at + 1;
    }
    // Behind the value stand only white space and then a comma or the end.
    if (at !== valueEnd) canonical = false;
    for (; at < length; at++) {
      code = text.charCodeAt(at);
      if (code === COMMA) break;
      if (code !== SPACE && code !== TAB) return EMPTY;
      canonical = false;
    }
    if (valueEnd === valueStart || valueEnd - valueStart > MAX_LENGTH) return EMPTY;
    if (++members > MAX_MEMBERS) return EMPTY;
    const key = text.slice(keyStart, keyEnd);
    if (keys.includes(key)) {
      // Left is more recent, so the first of two members with one key stays (section 3.3.1.3.1).
      canonical = false;
    } else {
      keys.push(key);
      values.push(text.slice(valueStart, valueEnd));
    }
    // Over the comma; a comma that ends the text stands before an empty member.
    if (at < length && ++at === length) canonical = false;
  }
  return members === 0 ? EMPTY : new MemberList(keys, values, canonical ? text : undefined);
}

function make(
  entries: Iterable<readonly [string, string]> | Readonly<Record<string, string>> = [],
): Tracestate {
  const list = Symbol.iterator in entries ? [...entries] : Object.entries(entries);
  // Set from the right, so that the first entry given ends up in front.
  return list.reduceRight<Tracestate>((state, [key, value]) => state.set(key, value), EMPTY);
}

/** The operations of `tracestate`. */
export interface TracestateCodec {
  /**
   * Reads a header or several header lines. Never throws; a list that breaks the grammar or a limit is discarded
   * whole and gives an empty one. Of two members with one key the first stays.
   */
  parse(header: string | readonly string[] | null | undefined): Tracestate;
  /** An empty list, or one of the given members, the first in front. */
  make(entries?: Iterable<readonly [string, string]> | Readonly<Record<string, string>>): Tracestate;
}

/**
 * The codec of the `tracestate` header (W3C Trace Context Level 2, section 3.3).
 *
 * @example
 * const state = tracestate.parse('rojo=1,congo=2').set('acme', 'x');
 * String(state); // 'acme=x,rojo=1,congo=2'
 */
export const tracestate: TracestateCodec = { parse, make };

function isKey(key: unknown): key is string {
  if (typeof key !== 'string' || key.length === 0 || key.length > MAX_LENGTH) return false;
  if (((CLASS[key.charCodeAt(0)] ?? 0) & KEY_START) === 0) return false;
  return everyClass(key, KEY);
}

function isValue(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_LENGTH) return false;
  return value.charCodeAt(value.length - 1) !== SPACE && everyClass(value, VALUE);
}

function everyClass(text: string, wanted: number): boolean {
  for (let i = 0; i < text.length; i++) if (((CLASS[text.charCodeAt(i)] ?? 0) & wanted) === 0) return false;
  return true;
}

function characterClasses(): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = SPACE; code <= 0x7e; code++) if (code !== COMMA && code !== EQUALS) table[code] = VALUE;
  const mark = (code: number, bits: number): void => {
    table[code] = (table[code] ?? 0) | bits;
  };
  for (let code = 0x61; code <= 0x7a; code++) mark(code, KEY | KEY_START);
  for (let code = 0x30; code <= 0x39; code++) mark(code, KEY | KEY_START);
  for (const code of [0x5f, 0x2d, 0x2a, 0x2f, AT]) mark(code, KEY);
  return table;
}

function without(list: readonly string[], at: number): string[] {
  return [...list.slice(0, at), ...list.slice(at + 1)];
}
