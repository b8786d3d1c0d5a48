// The `redact` option: the data that must not leave the process.

/** Replaces a secret. `key` is the attribute's key, if there is one. */
export type Redactor = (value: string, key: string | undefined) => string;

/** The secrets to mask besides those that are always masked. */
export interface RedactOptions {
  /** Further attribute keys whose values are secrets. A string matches in any letter case, an expression as it is written. @default [] */
  readonly keys?: readonly (string | RegExp)[] | undefined;
  /** Further patterns. Every match in a text is a secret. @default [] */
  readonly patterns?: readonly RegExp[] | undefined;
  /** The replacement of a secret: `***`, a short hash, nothing, or the result of a function. @default 'mask' */
  readonly replace?: 'mask' | 'hash' | 'drop' | Redactor | undefined;
}
