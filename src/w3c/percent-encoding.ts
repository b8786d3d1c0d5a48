// Percent-encoding as W3C Baggage uses it (RFC 3986, section 2.1), and the character sets of the `baggage` header.

// Bits of a character's class: in a token (RFC 7230, section 3.2.6), a baggage-octet, never encoded (RFC 3986, section 2.3).
const TOKEN = 1;
const OCTET = 2;
const UNRESERVED = 4;
const CHARACTER_CLASSES: Uint8Array = /* @__PURE__ */ createCharacterClasses();

/** Whether a value is a token, as keys must be. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && hasOnly(value, TOKEN);
}

/** Whether a text is a valid value in the header: baggage-octets only. */
export function isBaggageOctets(text: string): boolean {
  return hasOnly(text, OCTET);
}

/** Encodes a value for the header: percent-encoded UTF-8, except letters, digits and `-._~`. */
export function encodeValue(value: string): string {
  if (hasOnly(value, UNRESERVED)) return value;
  // encodeURIComponent throws on a lone surrogate, which has no UTF-8 form. U+FFFD takes its place.
  const wellFormed = value.replace(/\p{Surrogate}/gu, '\uFFFD');
  return encodeURIComponent(wellFormed).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Decodes a value of the header. Octets that are not UTF-8 become U+FFFD; a percent sign without two hex digits stays. */
export function decodeValue(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, encoded => {
    const bytes = new Uint8Array(encoded.length / 3);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = Number.parseInt(encoded.slice(3 * i + 1, 3 * i + 3), 16);
    }
    return UTF8.decode(bytes);
  });
}

const UTF8 = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

function hasOnly(text: string, bit: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (((CHARACTER_CLASSES[text.charCodeAt(i)] ?? 0) & bit) === 0) return false;
  }
  return true;
}

function createCharacterClasses(): Uint8Array {
  const table = new Uint8Array(128);
  const add = (characters: string, bits: number): void => {
    for (let i = 0; i < characters.length; i++) {
      const code = characters.charCodeAt(i);
      table[code] = (table[code] ?? 0) | bits;
    }
  };
  const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  add(alphanumeric, TOKEN | OCTET | UNRESERVED);
  add("!#$%&'*+-.^_`|~", TOKEN);
  add("!#$%&'()*+-./:<=>?@[]^_`{|}~", OCTET);
  add('-._~', UNRESERVED);
  return table;
}
