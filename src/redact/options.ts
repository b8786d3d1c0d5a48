// The `redact` option: what must not leave the process.

/** Replaces a secret. `key` is the attribute's key, where there is one. */
export type Redactor = (value: string, key: string | undefined) => string;

/** What is masked besides the secrets that are always looked for. */
export interface RedactOptions {
  /** Further attribute keys whose values are secrets; a string fits in any case, an expression as it says. @default [] */
  readonly keys?: readonly (string | RegExp)[];
  /** Further patterns; what they match in any text is a secret. @default [] */
  readonly patterns?: readonly RegExp[];
  /** What stands in a secret's place: `***`, a short hash, nothing at all, or what a function makes of it. @default 'mask' */
  readonly replace?: 'mask' | 'hash' | 'drop' | Redactor;
}
