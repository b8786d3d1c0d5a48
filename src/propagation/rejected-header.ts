// What was refused and why, as a debug diagnostic: a header that is dropped must be explainable, but never noisy.

import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';

const SHOWN = 80;

/**
 * Says that something was refused. Never throws.
 *
 * @param what the header or carrier
 * @param why the reason, in a few words
 * @param received what came; the first 80 characters are shown, escaped
 */
export function refused(what: string, why: string, received?: unknown): void {
  const shown = received === undefined ? '' : `: ${shorten(received)}`;
  globalState.diagnostics.debug(`${what} was refused, ${why}${shown}`);
}

/** Why the strict codec says no to a `traceparent`, for people. */
export function whyNotTraceparent(text: string): string {
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
  return rest === undefined ? 'it is malformed' : 'version 00 ends after the flags';
}

function shorten(value: unknown): string {
  const text = safeText(value);
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
