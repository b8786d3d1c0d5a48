// The `Forwarded` header, RFC 7239: what proxies tell of the client and of the host that it asked for.
//
//   for=192.0.2.60;proto=https;host=shop.example, for="[2001:db8::1]:4711"

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PAIR = new RegExp(`[ \\t]*(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*(;|,|$)`, 'y');

/** What one proxy tells; names in lower case, such as `for`, `host`, `proto`. */
export type ForwardedElement = Readonly<Record<string, string>>;

/**
 * Reads a `Forwarded` header.
 *
 * @param header its value, several lines joined by commas
 * @returns the elements, that of the proxy nearest to the client first; none for a value that breaks the grammar
 * @see https://www.rfc-editor.org/rfc/rfc7239#section-4
 */
export function parseForwarded(header: string): readonly ForwardedElement[] {
  const elements: ForwardedElement[] = [];
  let element: Record<string, string> = {};
  for (PAIR.lastIndex = 0; ; ) {
    const pair = PAIR.exec(header);
    if (pair === null) return [];
    const [, name = '', token, quoted = '', behind] = pair;
    element[name.toLowerCase()] = token ?? quoted.replace(/\\(.)/g, '$1');
    if (behind === ';') continue;
    elements.push(element);
    element = {};
    if (behind === '') return elements;
  }
}
