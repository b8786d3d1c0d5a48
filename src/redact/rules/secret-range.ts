// The position of a secret in a text, and tests of characters that the rules share.

/** The range of a secret, which is replaced. An empty range means that the text up to its end holds no secret. */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
  /** The key of the secret, if it has one. */
  readonly key?: string;
  /** Put around the replacement, so that JSON stays valid if a list or a number is replaced. */
  readonly quote?: string;
}

/** Whether a character is an ASCII letter or digit. */
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

/** Whether a character is `"`, `'` or a backtick. */
export function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27 || code === 0x60;
}

/** Matches a sticky expression at a position. */
export function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}

/** Whether a position directly follows a word. The end of an escape (`%22`, `\n`) does not count as a word. */
export function isBehindWord(text: string, at: number): boolean {
  if (!isTokenChar(text.charCodeAt(at - 1))) return false;
  return text[at - 2] !== '\\' && !/%[0-9a-f]{2}$/i.test(text.slice(Math.max(0, at - 3), at));
}
