// The `tracestate` header of W3C Trace Context Level 2, section 3.3: an ordered list of vendor-specific data.
//
//   rojo=00f067aa0ba902b7,congo@tenant=t61rcWkgMzE
//   |    |                |
//   |    |                older members to the right
//   |    value: 1 to 256 printable ASCII characters except "," and "=", not ending in a space
//   key: 1 to 256 characters of a-z 0-9 _ - * / @, starting with a letter or digit
//
// At most 32 members. Members may be empty and surrounded by spaces and tabs. One invalid member discards the whole list.

/** Maximum number of members in a list (section 3.3.1.3). */
export const MAX_MEMBERS = 32;

/** An immutable `tracestate` with the most recent member first; `String(s)` is the header. */
export interface Tracestate extends Iterable<[string, string]> {
  /** The number of members, 0 to 32. */
  readonly size: number;
  /** The value of a key, or `undefined`. */
  get(key: string): string | undefined;
  /** Whether there is a member with the key. */
  has(key: string): boolean;
  /** The members from the most recent to the oldest. */
  entries(): IterableIterator<[string, string]>;
  /**
   * A list with this member first. A previous member of the same key is removed, and so is the last one beyond 32.
   * A key or value outside the grammar returns the same list, so that the header is always valid.
   */
  set(key: string, value: string): Tracestate;
  /** A list without the member of this key. */
  delete(key: string): Tracestate;
  /** The header text: members joined by commas without white space; empty for an empty list. */
  toString(): string;
}

const COMMA = 0x2c;
const EQUALS = 0x3d;
const SPACE = 0x20;
const TAB = 0x09;
const AT = 0x40;
const MAX_LENGTH = 256;

// Bits of a character's class: in a key, first in a key, in a value.
const KEY = 1;
const KEY_START = 2;
const VALUE = 4;
const CHARACTER_CLASSES: Uint8Array = /* @__PURE__ */ createCharacterClasses();

class MemberList implements Tracestate {
  // Two flat arrays: for at most 32 members a linear search is faster than a Map, and no Map has to be built.
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
    const index = this.#keys.indexOf(key);
    return index === -1 ? undefined : this.#values[index];
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
      const existing = this.#keys[i] ?? '';
      if (existing === key) continue;
      keys.push(existing);
      values.push(this.#values[i] ?? '');
    }
    return new MemberList(keys, values);
  }

  delete(key: string): Tracestate {
    const index = this.#keys.indexOf(key);
    if (index === -1) return this;
    return new MemberList(removeAt(this.#keys, index), removeAt(this.#values, index));
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
  // Several header values form one list in their order (RFC 9110, section 5.3).
  return header.every(value => typeof value === 'string') ? parseText(header.join(',')) : EMPTY;
}

/** Parses in one pass that stops at the first error, so the work is linear in the length of the text. */
function parseText(text: string): Tracestate {
  const keys: string[] = [];
  const values: string[] = [];
  const length = text.length;
  // True while the text equals the result of toString(), which can then return it.
  let canonical = true;
  let members = 0;
  let index = 0;
  while (index < length) {
    let code = text.charCodeAt(index);
    if (code === COMMA || code === SPACE || code === TAB) {
      canonical = false;
      index++;
      continue;
    }
    const keyStart = index;
    if (((CHARACTER_CLASSES[code] ?? 0) & KEY_START) === 0) return EMPTY;
    do code = text.charCodeAt(++index);
    while (((CHARACTER_CLASSES[code] ?? 0) & KEY) !== 0);
    const keyEnd = index;
    if (code !== EQUALS || keyEnd - keyStart > MAX_LENGTH) return EMPTY;
    const valueStart = ++index;
    let valueEnd = valueStart;
    for (; index < length; index++) {
      code = text.charCodeAt(index);
      if (((CHARACTER_CLASSES[code] ?? 0) & VALUE) === 0) break;
      if (code !== SPACE) valueEnd = index + 1;
    }
    // Only white space may follow the value, up to a comma or the end.
    if (index !== valueEnd) canonical = false;
    for (; index < length; index++) {
      code = text.charCodeAt(index);
      if (code === COMMA) break;
      if (code !== SPACE && code !== TAB) return EMPTY;
      canonical = false;
    }
    if (valueEnd === valueStart || valueEnd - valueStart > MAX_LENGTH) return EMPTY;
    if (++members > MAX_MEMBERS) return EMPTY;
    const key = text.slice(keyStart, keyEnd);
    if (keys.includes(key)) {
      // Members to the left are more recent, so the first of two members with the same key stays (section 3.3.1.3.1).
      canonical = false;
    } else {
      keys.push(key);
      values.push(text.slice(valueStart, valueEnd));
    }
    // Skips the comma. A comma at the end of the text is followed by an empty member.
    if (index < length && ++index === length) canonical = false;
  }
  return members === 0 ? EMPTY : new MemberList(keys, values, canonical ? text : undefined);
}

function make(
  entries: Iterable<readonly [string, string]> | Readonly<Record<string, string>> = [],
): Tracestate {
  const list = Symbol.iterator in entries ? [...entries] : Object.entries(entries);
  // From right to left, so that the first given entry becomes the first member.
  return list.reduceRight<Tracestate>((state, [key, value]) => state.set(key, value), EMPTY);
}

/** The operations of `tracestate`. */
export interface TracestateCodec {
  /**
   * Parses one header value or several. Never throws; a list that violates the grammar or a limit gives an empty list.
   * The first of two members with the same key stays.
   */
  parse(header: string | readonly string[] | null | undefined): Tracestate;
  /** Creates a list in the given order, empty by default. */
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
  if (((CHARACTER_CLASSES[key.charCodeAt(0)] ?? 0) & KEY_START) === 0) return false;
  return hasOnly(key, KEY);
}

function isValue(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_LENGTH) return false;
  return value.charCodeAt(value.length - 1) !== SPACE && hasOnly(value, VALUE);
}

function hasOnly(text: string, bit: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (((CHARACTER_CLASSES[text.charCodeAt(i)] ?? 0) & bit) === 0) return false;
  }
  return true;
}

function createCharacterClasses(): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = SPACE; code <= 0x7e; code++) if (code !== COMMA && code !== EQUALS) table[code] = VALUE;
  const add = (code: number, bits: number): void => {
    table[code] = (table[code] ?? 0) | bits;
  };
  for (let code = 0x61; code <= 0x7a; code++) add(code, KEY | KEY_START);
  for (let code = 0x30; code <= 0x39; code++) add(code, KEY | KEY_START);
  for (const code of [0x5f, 0x2d, 0x2a, 0x2f, AT]) add(code, KEY);
  return table;
}

function removeAt(list: readonly string[], index: number): string[] {
  return [...list.slice(0, index), ...list.slice(index + 1)];
}
