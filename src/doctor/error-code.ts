// The codes of errors of the operating system, of TLS and of HTTP.

import { safeText } from '../core/diagnostics.js';

/** An error by the code and the message that the failure table uses. */
export interface CodedError {
  readonly code: string;
  readonly message: string;
}

/** Creates an error with a code. */
export function createCodedError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Reads the code of an error. An aggregate error of Node.js, for a host with several addresses, has the code of its first error. */
export function toCodedError(error: unknown): CodedError {
  const { code, errors } = error as {
    readonly code?: unknown;
    readonly errors?: readonly { readonly code?: unknown }[];
  };
  return { code: String(code ?? errors?.[0]?.code ?? 'ERROR'), message: safeText(error) };
}
