// Patterns with `*`, matched in time linear in the text however many stars there are: no expression, no backtracking.

/**
 * A test for a pattern in which `*` stands for any characters, none included.
 *
 * @param pattern everything but `*` stands for itself
 * @example
 * globOf('/health*')('/healthz'); // true
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
    // The leftmost place for each part leaves the most room for the next: what fails so fails in every way.
    const end = text.length - last.length;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
