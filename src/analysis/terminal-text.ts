// Text for a terminal: sanitized, measured in columns, truncated and padded. Style it after padding, because escape
// sequences count as characters.

/** Characters of one text that are used. A line of a terminal has far fewer. */
const MAX_LENGTH = 4_096;

const SPACES = /\s+/gu;
// Control characters (ESC and C1 included), format characters (bidirectional overrides, zero-width, tags), private use. Tabs
// and line breaks are control characters too, but become spaces.
const UNSAFE = /(?!\s)[\p{Cc}\p{Cf}\p{Co}]/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
// No script needs more than four marks on one letter. A taller stack covers the lines above.
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;
const ASCII = /^[ -~]*$/;
const ZERO_WIDTH = /^[\p{M}\p{Cf}]$/u;
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F1E6}-\u{1F1FF}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]$/u;

/**
 * Removes everything from a text that a terminal would interpret: escape sequences, line breaks, control characters.
 *
 * @param text any text from the network
 * @returns one line
 */
export function sanitizeForTerminal(text: string): string {
  const short = text.slice(0, MAX_LENGTH);
  if (ASCII.test(short)) return short.replace(SPACES, ' ').trim();
  return short
    .replace(UNSAFE, '')
    .replace(SPACES, ' ')
    .replace(LONE_SURROGATE, '\uFFFD')
    .replace(STACKED_MARKS, '$1')
    .trim();
}

/** Counts the columns of a text: none for combining marks, two for East Asian wide characters and emoji. */
export function measureWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += measureCharacter(character);
  return columns;
}

/** Shortens a text to a number of columns. `…` marks the end of a shortened text. */
export function truncate(text: string, columns: number): string {
  if (measureWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += measureCharacter(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Adds spaces after a text up to a number of columns. */
export function padToWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - measureWidth(text)));
}

/** Breaks a text at spaces into lines of at most `columns`. If it needs more than `maxLines`, the last one ends with `…`. */
export function wrapText(text: string, columns: number, maxLines: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (measureWidth(rest) > columns && lines.length < maxLines - 1) {
    const head = takeFittingPrefix(rest, columns);
    lines.push(head.trimEnd());
    rest = rest.slice(head.length).trimStart();
  }
  if (rest !== '') lines.push(truncate(rest, columns));
  return lines;
}

/** Returns as much of the text as fits, up to its last space if that is in the second half, and at least one character. */
function takeFittingPrefix(text: string, columns: number): string {
  let head = '';
  let width = 0;
  for (const character of text) {
    width += measureCharacter(character);
    if (width > columns && head !== '') break;
    head += character;
  }
  const space = head.lastIndexOf(' ');
  return space > head.length / 2 ? head.slice(0, space + 1) : head;
}

function measureCharacter(character: string): number {
  if (ASCII.test(character)) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
