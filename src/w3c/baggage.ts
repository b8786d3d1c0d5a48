// The `baggage` header of W3C Baggage: entries that the application sends along with a request.
//
//   userId=alice,server=DF%2028;ttl=30;private
//   |      |            |       |      |
//   |      |            |       |      property without a value
//   |      |            |       property with a value, percent-encoded like the value
//   |      value: percent-encoded UTF-8
//   key: a token of RFC 7230, case-sensitive
//
// At most 8192 characters are read and written, in whole members. A member outside the grammar is left out; the others stay.

import { trimOws } from './ows.js';
import { decodeValue, encodeValue, isToken, isBaggageOctets } from './percent-encoding.js';

/** Maximum number of characters that are read and written: the minimum that the specification requires. */
export const MAX_BAGGAGE_LENGTH = 8192;

/** Metadata of an entry: a key and an optional value. */
export interface BaggageProperty {
  readonly key: string;
  readonly value?: string;
}

/** One entry with its decoded value. */
export interface BaggageEntry {
  readonly key: string;
  readonly value: string;
  readonly properties: readonly BaggageProperty[];
}

/** Immutable baggage in the order of the header; `String(b)` is the header. */
export interface Baggage extends Iterable<BaggageEntry> {
  /** The number of entries. */
  readonly size: number;
  /** The value of a key, or `undefined`. The last of several entries with the same key wins. */
  get(key: string): string | undefined;
  /** Whether there is an entry with the key. */
  has(key: string): boolean;
  /** The whole entry of a key. */
  entry(key: string): BaggageEntry | undefined;
  /** All entries in order, including several with the same key. */
  entries(): IterableIterator<BaggageEntry>;
  /** Baggage in which this entry replaces those of the same key, or is the last. A key that is not a token changes nothing. */
  set(key: string, value: string, properties?: readonly BaggageProperty[]): Baggage;
  /** Baggage without the entries of this key. */
  delete(key: string): Baggage;
  /** The header text. A member that would exceed 8192 characters is left out. */
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
    const entry = createEntry(key, value, properties);
    if (entry === undefined) return this;
    const index = this.#entries.findIndex(existing => existing.key === key);
    if (index === -1) return new EntryList([...this.#entries, entry]);
    return new EntryList(
      this.#entries.flatMap((existing, i) =>
        i === index ? [entry] : existing.key === key ? [] : [existing],
      ),
    );
  }

  delete(key: string): Baggage {
    return this.has(key) ? new EntryList(this.#entries.filter(entry => entry.key !== key)) : this;
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
  const text = typeof header === 'string' ? header : joinValues(header);
  const entries: BaggageEntry[] = [];
  let length = 0;
  // Empty members and white space do not count towards the limit.
  for (let start = 0; start < text.length && length < MAX_BAGGAGE_LENGTH; ) {
    const comma = text.indexOf(',', start);
    const end = comma === -1 ? text.length : comma;
    const member = trimOws(text.slice(start, end));
    start = end + 1;
    if (member === '') continue;
    length += member.length + (length === 0 ? 0 : 1);
    if (length > MAX_BAGGAGE_LENGTH) break;
    const entry = parseMember(member);
    if (entry !== undefined) entries.push(entry);
  }
  return entries.length === 0 ? EMPTY : new EntryList(entries);
}

function make(entries: Iterable<BaggageEntry> | Readonly<Record<string, string>> = []): Baggage {
  const list =
    Symbol.iterator in entries ? entries : Object.entries(entries).map(([key, value]) => ({ key, value }));
  const valid = new Map<string, BaggageEntry>();
  for (const given of list) {
    const entry = createEntry(given.key, given.value, 'properties' in given ? given.properties : []);
    if (entry !== undefined) valid.set(entry.key, entry);
  }
  return valid.size === 0 ? EMPTY : new EntryList([...valid.values()]);
}

/** The operations of `baggage`. */
export interface BaggageCodec {
  /** Parses one header value or several. Never throws; members outside the grammar or beyond 8192 characters are left out. */
  parse(header: string | readonly string[] | null | undefined): Baggage;
  /** Creates baggage, empty by default. Entries outside the grammar are left out. */
  make(entries?: Iterable<BaggageEntry> | Readonly<Record<string, string>>): Baggage;
  /** The header text, equal to `String(b)`. */
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

/** Creates an entry. A key outside the grammar gives `undefined`; properties outside the grammar are left out. */
function createEntry(
  key: string,
  value: string,
  properties: readonly BaggageProperty[],
): BaggageEntry | undefined {
  if (!isToken(key) || typeof value !== 'string') return undefined;
  return { key, value, properties: properties.filter(property => isToken(property.key)) };
}

/** Formats the properties of an entry as in the header, without the leading semicolon: `ttl=30;private`. */
export function formatProperties(properties: readonly BaggageProperty[]): string {
  return properties
    .map(({ key, value }) => (value === undefined ? key : `${key}=${encodeValue(value)}`))
    .join(';');
}

/** Parses the result of `formatProperties`. Properties outside the grammar are left out. */
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

function joinValues(header: readonly string[] | null | undefined): string {
  return Array.isArray(header) ? header.filter(value => typeof value === 'string').join(',') : '';
}
