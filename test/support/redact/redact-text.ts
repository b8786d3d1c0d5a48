// The default redactor, for tests of single rules.

import { createRedactor } from '../../../src/redact/redactor.js';
import type { SecretRedactor } from '../../../src/redact/secret-redactor.js';

/** Fails the test: the default options have no replace function that could fail. */
export function unexpectedFault(fault: unknown): never {
  throw new Error('no fault was expected', { cause: fault });
}

/** Creates a redactor with the default options and empty caches. */
export function createDefaultRedactor(): SecretRedactor {
  return createRedactor(undefined, unexpectedFault);
}

const redactor = createDefaultRedactor();

/** Redacts a text with the default options. */
export function redactText(text: string): string {
  return redactor.text(text);
}
