// Text for a terminal: made harmless, measured in columns, cut and padded. Pad first, colour afterwards.

/** How many characters of one text are looked at; a line of a terminal has far fewer. */
const MAX_LENGTH = 4_096;

const SPACES = /\s+/gu;
// Controls (ESC and C1 included), formats (bidirectional overrides, zero-width, tags), private use.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}]/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
// More marks on one letter than any script needs reach into the lines above.
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;
const ASCII = /^[ -~]*$/;
const ZERO_WIDTH = /^[\p{M}\p{Cf}]$/u;
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F1E6}-\u{1F1FF}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]$/u;

/** A text from the network without anything a terminal would obey: one line, no escape sequences. */
export function sanitizeForTerminal(text: string): string {
  const short = text.slice(0, MAX_LENGTH);
  if (ASCII.test(short)) return short.replace(SPACES, ' ').trim();
  return short
    .replace(SPACES, ' ')
    .replace(UNSAFE, '')
    .replace(LONE_SURROGATE, '\uFFFD')
    .replace(STACKED_MARKS, '$1')
    .trim();
}

/** How many columns a text takes: none for combining marks, two for East Asian wide characters and emoji. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += characterWidth(character);
  return columns;
}

/** The text in at most so many columns, with `…` where something was cut. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text with spaces behind it up to so many columns. */
export function padToWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/** The text broken at spaces into lines of at most so many columns; the last line ends in `…` where lines ran out. */
export function wrapText(text: string, columns: number, maxLines: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (displayWidth(rest) > columns && lines.length < maxLines - 1) {
    const head = fittingPrefix(rest, columns);
    lines.push(head.trimEnd());
    rest = rest.slice(head.length).trimStart();
  }
  if (rest !== '') lines.push(truncate(rest, columns));
  return lines;
}

/** As much of the text as fits, up to its last space where there is one in the second half; at least one character. */
function fittingPrefix(text: string, columns: number): string {
  let head = '';
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns && head !== '') break;
    head += character;
  }
  const space = head.lastIndexOf(' ');
  return space > head.length / 2 ? head.slice(0, space + 1) : head;
}

function characterWidth(character: string): number {
  if (ASCII.test(character)) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Nanoseconds for people, in at most eight columns: `850 ns`, `12.3 µs`, `417 ms`, `1.24 s`, `2m 03s`, `17h 02m`, `3d 04h`. */
export function formatDuration(ns: number): string {
  if (ns < 999.5) return `${Math.round(ns)} ns`;
  if (ns < 999.5e3) return `${threeDigits(ns / 1e3)} µs`;
  if (ns < 999.5e6) return `${threeDigits(ns / 1e6)} ms`;
  if (ns < 59.95e9) return `${threeDigits(ns / 1e9)} s`;
  const seconds = Math.round(ns / 1e9);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
