// Formats a refused value for a message: short, on one line, and without secrets.

import { maskEndpoint } from './endpoint.js';

const MAX_SHOWN = 60;

/**
 * Formats a value in a few words: a quoted string, a number, or the type of the value.
 *
 * @param value anything; no property of an object is read
 */
export function formatValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return formatText(value);
    case 'number':
    case 'boolean':
      return String(value);
    case 'bigint':
      return `${String(value).slice(0, MAX_SHOWN)}n`;
    case 'undefined':
      return 'nothing';
    case 'object':
      return value === null ? 'null' : 'an object';
    default:
      return `a ${typeof value}`;
  }
}

/** A string in quotes, cut at 60 characters; user info and query values of URLs are masked. */
export function formatText(text: string): string {
  const head = text.slice(0, 2_000);
  const masked = head.includes('://') ? maskEndpoint(head) : head;
  return JSON.stringify(masked.length > MAX_SHOWN ? `${masked.slice(0, MAX_SHOWN)}…` : masked);
}
