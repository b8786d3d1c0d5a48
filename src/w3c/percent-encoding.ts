// Percent-encoding as W3C Baggage uses it (RFC 3986, section 2.1), and the two character sets of the header.

// What a character may be: part of a token (RFC 7230, section 3.2.6), a baggage-octet, or never encoded (RFC 3986, section 2.3).
const TOKEN = 1;
const OCTET = 2;
const UNRESERVED = 4;
const CLASS: Uint8Array = /* @__PURE__ */ characterClasses();

/** Whether a text is a token: what a key must be. */
export function isToken(text: unknown): text is string {
  return typeof text === 'string' && text.length > 0 && every(text, TOKEN);
}

/** Whether a text may stand as a value in the header: baggage-octets only. */
export function isBaggageOctets(text: string): boolean {
  return every(text, OCTET);
}

/** A value as header text: everything but letters, digits and `-._~` is percent-encoded UTF-8. */
export function encodeValue(value: string): string {
  if (every(value, UNRESERVED)) return value;
  // encodeURIComponent throws on half a surrogate pair; such a half has no UTF-8 and becomes U+FFFD.
  const wellFormed = value.replace(/\p{Surrogate}/gu, '\uFFFD');
  return encodeURIComponent(wellFormed).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Header text as a value; octets that are no UTF-8 become U+FFFD, a percent sign without two hex digits stays. */
export function decodeValue(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, run => {
    const bytes = new Uint8Array(run.length / 3);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = Number.parseInt(run.slice(3 * i + 1, 3 * i + 3), 16);
    }
    return UTF8.decode(bytes);
  });
}

const UTF8 = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

function every(text: string, wanted: number): boolean {
  for (let i = 0; i < text.length; i++) if (((CLASS[text.charCodeAt(i)] ?? 0) & wanted) === 0) return false;
  return true;
}

function characterClasses(): Uint8Array {
  const table = new Uint8Array(128);
  const add = (chars: string, bits: number): void => {
    for (let i = 0; i < chars.length; i++) {
      const code = chars.charCodeAt(i);
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
