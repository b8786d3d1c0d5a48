// The `baggage` header of W3C Baggage: what the application wants to travel with the request.
//
//   userId=alice,server=DF%2028;ttl=30;private
//   |      |            |       |      |
//   |      |            |       |      property without a value
//   |      |            |       property with a value, percent-encoded like the value
//   |      value: percent-encoded UTF-8
//   key: a token of RFC 7230; case matters
//
// At most 8192 characters are read and written, always whole members. A member outside the grammar is left out alone.

import { trimOws } from './ows.js';
import { decodeValue, encodeValue, isToken, isBaggageOctets } from './percent-encoding.js';

/** Characters of a header that are read and written; the least that the specification asks for. */
export const MAX_BAGGAGE_LENGTH = 8192;

/** Further facts on an entry: a name, and a value where it has one. */
export interface BaggageProperty {
  readonly key: string;
  readonly value?: string;
}

/** One entry, with its value decoded. */
export interface BaggageEntry {
  readonly key: string;
  readonly value: string;
  readonly properties: readonly BaggageProperty[];
}

/** Parsed or made baggage; immutable, in the order of the header, and `String(b)` is the header. */
export interface Baggage extends Iterable<BaggageEntry> {
  /** The number of entries. */
  readonly size: number;
  /** The value of a key, or `undefined`; of several entries with one key the last counts. */
  get(key: string): string | undefined;
  /** Whether the key is there. */
  has(key: string): boolean;
  /** The whole entry of a key. */
  entry(key: string): BaggageEntry | undefined;
  /** All entries in order, those with the same key included. */
  entries(): IterableIterator<BaggageEntry>;
  /** Baggage with this entry in place of the key's former ones, or at the end. A key that is no token changes nothing. */
  set(key: string, value: string, properties?: readonly BaggageProperty[]): Baggage;
  /** Baggage without this key. */
  delete(key: string): Baggage;
  /** The header text; members beyond 8192 characters are left out whole. */
  toString(): string;
}

class EntryList implements Baggage {
  readonly #entries: readonly BaggageEntry[];

  constructor(entries: readonly BaggageEntry[]) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.length;
  }

  get(key: string): string | undefined {
    return this.entry(key)?.value;
  }

  has(key: string): boolean {
    return this.entry(key) !== undefined;
  }

  entry(key: string): BaggageEntry | undefined {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      if (this.#entries[i]?.key === key) return this.#entries[i];
    }
    return undefined;
  }

  entries(): IterableIterator<BaggageEntry> {
    return this.#entries[Symbol.iterator]();
  }

  [Symbol.iterator](): IterableIterator<BaggageEntry> {
    return this.entries();
  }

  set(key: string, value: string, properties: readonly BaggageProperty[] = []): Baggage {
    const entry = checkedEntry(key, value, properties);
    if (entry === undefined) return this;
    const at = this.#entries.findIndex(one => one.key === key);
    if (at === -1) return new EntryList([...this.#entries, entry]);
    return new EntryList(
      this.#entries.flatMap((one, i) => (i === at ? [entry] : one.key === key ? [] : [one])),
    );
  }

  delete(key: string): Baggage {
    return this.has(key) ? new EntryList(this.#entries.filter(one => one.key !== key)) : this;
  }

  toString(): string {
    let text = '';
    for (const entry of this.#entries) {
      const member = formatEntry(entry);
      const length = text.length + member.length + (text === '' ? 0 : 1);
      if (length <= MAX_BAGGAGE_LENGTH) text = text === '' ? member : `${text},${member}`;
    }
    return text;
  }
}

const EMPTY: Baggage = /* @__PURE__ */ new EntryList([]);

function parse(header: string | readonly string[] | null | undefined): Baggage {
  const text = typeof header === 'string' ? header : joinLines(header);
  const entries: BaggageEntry[] = [];
  let taken = 0;
  // Empty members and white space cost nothing of the limit, so the pass ends with the text or with the limit.
  for (let from = 0; from < text.length && taken < MAX_BAGGAGE_LENGTH; ) {
    const comma = text.indexOf(',', from);
    const to = comma === -1 ? text.length : comma;
    const member = trimOws(text.slice(from, to));
    from = to + 1;
    if (member === '') continue;
    taken += member.length + (taken === 0 ? 0 : 1);
    if (taken > MAX_BAGGAGE_LENGTH) break;
    const entry = parseMember(member);
    if (entry !== undefined) entries.push(entry);
  }
  return entries.length === 0 ? EMPTY : new EntryList(entries);
}

function make(entries: Iterable<BaggageEntry> | Readonly<Record<string, string>> = []): Baggage {
  const list =
    Symbol.iterator in entries ? entries : Object.entries(entries).map(([key, value]) => ({ key, value }));
  const made = new Map<string, BaggageEntry>();
  for (const one of list) {
    const entry = checkedEntry(one.key, one.value, 'properties' in one ? one.properties : []);
    if (entry !== undefined) made.set(entry.key, entry);
  }
  return made.size === 0 ? EMPTY : new EntryList([...made.values()]);
}

/** The operations of `baggage`. */
export interface BaggageCodec {
  /** Reads a header or several header lines. Never throws; members outside the grammar or beyond 8192 characters are left out. */
  parse(header: string | readonly string[] | null | undefined): Baggage;
  /** Empty baggage, or one of the given entries; what is outside the grammar is left out. */
  make(entries?: Iterable<BaggageEntry> | Readonly<Record<string, string>>): Baggage;
  /** The header text; the same as `String(b)`. */
  format(b: Baggage): string;
}

/**
 * The codec of the `baggage` header (W3C Baggage, section 3).
 *
 * @example
 * const b = baggage.parse('userId=alice').set('plan', 'gold');
 * baggage.format(b); // 'userId=alice,plan=gold'
 */
export const baggage: BaggageCodec = { parse, make, format: b => b.toString() };

/** An entry as the grammar wants it, or undefined; properties outside the grammar are left out. */
function checkedEntry(
  key: string,
  value: string,
  properties: readonly BaggageProperty[],
): BaggageEntry | undefined {
  if (!isToken(key) || typeof value !== 'string') return undefined;
  return { key, value, properties: properties.filter(one => isToken(one.key)) };
}

/** The properties of an entry as they stand behind its value, without the leading semicolon: `ttl=30;private`. */
export function formatProperties(properties: readonly BaggageProperty[]): string {
  return properties
    .map(one => (one.value === undefined ? one.key : `${one.key}=${encodeValue(one.value)}`))
    .join(';');
}

/** The reverse of `formatProperties`; properties outside the grammar are left out. */
export function parseProperties(text: string): BaggageProperty[] {
  return text.split(';').flatMap(part => parseProperty(part) ?? []);
}

function formatEntry(entry: BaggageEntry): string {
  const member = `${entry.key}=${encodeValue(entry.value)}`;
  return entry.properties.length === 0 ? member : `${member};${formatProperties(entry.properties)}`;
}

function parseMember(member: string): BaggageEntry | undefined {
  const semicolon = member.indexOf(';');
  const pair = parseProperty(semicolon === -1 ? member : member.slice(0, semicolon));
  if (pair?.value === undefined) return undefined;
  const properties = semicolon === -1 ? [] : parseProperties(member.slice(semicolon + 1));
  return { key: pair.key, value: pair.value, properties };
}

function parseProperty(text: string): BaggageProperty | undefined {
  const equals = text.indexOf('=');
  const key = trimOws(equals === -1 ? text : text.slice(0, equals));
  if (!isToken(key)) return undefined;
  if (equals === -1) return { key };
  const value = trimOws(text.slice(equals + 1));
  return isBaggageOctets(value) ? { key, value: decodeValue(value) } : undefined;
}

function joinLines(header: readonly string[] | null | undefined): string {
  return Array.isArray(header) ? header.filter(line => typeof line === 'string').join(',') : '';
}
