// The `Forwarded` header, RFC 7239: the client of a proxy, and the host and protocol of the original request.
//
//   for=192.0.2.60;proto=https;host=shop.example, for="[2001:db8::1]:4711"

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PAIR = new RegExp(`[ \\t]*(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*(;|,|$)`, 'y');

/** The values of one proxy, by parameter names in lower case: `for`, `host`, `proto`. */
export type ForwardedElement = Readonly<Record<string, string>>;

/**
 * Parses a `Forwarded` header.
 *
 * @param header the value; several values are joined by commas
 * @returns the elements, starting with that of the proxy nearest to the client; none if the header violates the grammar
 * @see https://www.rfc-editor.org/rfc/rfc7239#section-4
 */
export function parseForwarded(header: string): readonly ForwardedElement[] {
  const elements: ForwardedElement[] = [];
  let element: Record<string, string> = {};
  for (PAIR.lastIndex = 0; ; ) {
    const pair = PAIR.exec(header);
    if (pair === null) return [];
    const [, name = '', token, quoted = '', separator] = pair;
    element[name.toLowerCase()] = token ?? quoted.replace(/\\(.)/g, '$1');
    if (separator === ';') continue;
    elements.push(element);
    element = {};
    if (separator === '') return elements;
  }
}
