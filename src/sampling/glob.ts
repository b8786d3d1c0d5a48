// Patterns with `*`. Matching takes time linear in the text for any number of stars, without regular expressions.

/**
 * Compiles a pattern in which `*` matches any characters, or none.
 *
 * @param pattern every other character matches itself
 * @returns tests a text
 * @example
 * compileGlob('/health*')('/healthz'); // true
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text => text === pattern;
  const middle = rest.filter(part => part !== '');
  return text => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) {
      return false;
    }
    // The leftmost match of each part leaves the most text for the next part, so no other match needs to be tried.
    const end = text.length - last.length;
    let at = first.length;
    for (const part of middle) {
      const match = text.indexOf(part, at);
      if (match < 0 || match + part.length > end) return false;
      at = match + part.length;
    }
    return true;
  };
}
