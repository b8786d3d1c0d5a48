// The syntax of HTTP headers, for headers that users configure.
// https://www.rfc-editor.org/rfc/rfc9110#section-5

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
// The characters that node:http accepts.
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a text can be the name of a header. */
export function isHeaderName(text: string): boolean {
  return NAME.test(text);
}

/** Whether a text can be the value of a header. Line ends and characters beyond Latin-1 cannot. */
export function isHeaderValue(text: string): boolean {
  return VALUE.test(text);
}
