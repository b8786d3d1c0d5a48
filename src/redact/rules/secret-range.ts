// Where in a text a secret stands.

/** A secret: what stands from `start` to `end` is replaced. An empty one says that there is none up to its end. */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
  /** The key it stands under, where there is one. */
  readonly key?: string;
  /** What encloses the replacement, so that JSON stays JSON where a list or a number is replaced. */
  readonly quote?: string;
}

/** Whether a character is a letter or a digit of ASCII. */
export function isAlnum(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 32) >= 0x61 && (code | 32) <= 0x7a);
}

/** Whether a character can be part of a token: letters, digits, `_` and `-`. */
export function isTokenChar(code: number): boolean {
  return isAlnum(code) || code === 0x5f || code === 0x2d;
}

/** Whether a character is a space or a tab. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Whether a character is one of the three quotes. */
export function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27 || code === 0x60;
}

/** Matches a sticky expression at a place. */
export function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}

/** Whether a place is inside a word. The end of an escape (`%22`, `\n`) is no word. */
export function touchesWord(text: string, at: number): boolean {
  if (!isTokenChar(text.charCodeAt(at - 1))) return false;
  return text[at - 2] !== '\\' && !/%[0-9a-f]{2}$/i.test(text.slice(Math.max(0, at - 3), at));
}
