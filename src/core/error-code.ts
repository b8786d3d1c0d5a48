// The codes of the errors of Node.js and the operating system.

/**
 * Returns the code of an error, such as `ENOENT` or `ERR_MODULE_NOT_FOUND`.
 *
 * @param error a caught value
 * @returns undefined if the value has no code
 */
export function getErrorCode(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
