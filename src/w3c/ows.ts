// Optional white space of HTTP fields: spaces and tabs only (RFC 9110, section 5.6.3).

/** Removes spaces and tabs from both ends. `String.trim` also removes no-break spaces and line ends, which are not OWS. */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start++;
  while (end > start && isOws(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
