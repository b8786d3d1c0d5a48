// Explains why a text is not a `traceparent`, for diagnostics. The codec itself gives no reason.

/**
 * Explains why the codec rejects a text.
 *
 * @param text a text that `traceparent.parse` rejects; the first 256 characters are examined
 * @returns a clause without a full stop
 * @see https://www.w3.org/TR/trace-context-2/#traceparent-header
 */
export function explainInvalidTraceparent(text: string): string {
  const match = /^[ \t]*([^-]*)-([^-]*)-([^-]*)-([^-]*?)(-.*)?[ \t]*$/s.exec(text.slice(0, 256));
  if (match === null) return 'it is not of the form version-traceid-parentid-flags';
  const [, version = '', traceId = '', parentId = '', flags = '', rest] = match;
  if (!/^[0-9a-f]{2}$/.test(version)) return 'the version is not two lower-case hex digits';
  if (version === 'ff') return 'version ff is forbidden';
  if (!/^[0-9a-f]{32}$/.test(traceId)) return 'the trace id is not 32 lower-case hex digits';
  if (/^0+$/.test(traceId)) return 'the trace id is all zeros';
  if (!/^[0-9a-f]{16}$/.test(parentId)) return 'the parent id is not 16 lower-case hex digits';
  if (/^0+$/.test(parentId)) return 'the parent id is all zeros';
  if (!/^[0-9a-f]{2}$/.test(flags)) return 'the flags are not two lower-case hex digits';
  return rest === undefined ? 'it is malformed' : 'version 00 has no fields after the flags';
}
