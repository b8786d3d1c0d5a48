// Ends spans that hold the corpus: each text in every field of a span that holds text.

import { expect } from 'vitest';
import { trace } from '../../../src/index.js';
import { ORDINARY_ATTRIBUTES, ORDINARY_TEXTS } from '../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';
import { findLeaks } from './find-leaks.js';

/** Shorter secrets are digits, like times and ids. The tests of the redactor search them text by text. */
const LONG_SECRETS = SECRETS.map(each => each.secret).filter(secret => secret.length >= 8);
const ORDINARY = [
  ...ORDINARY_TEXTS,
  ...ORDINARY_ATTRIBUTES.map(([, value]) => value).filter(value => typeof value === 'string'),
];

/** Ends a span for each secret and each ordinary value. */
export function endCorpusSpans(): void {
  for (const { text, key } of SECRETS) endSpanWith(text, key);
  for (const text of ORDINARY_TEXTS) endSpanWith(text, undefined);
  for (const [key, value] of ORDINARY_ATTRIBUTES)
    trace.span('ordinary', { attributes: { [key]: value } }, () => {});
}

/** The number of spans that `endCorpusSpans` ends. */
export const CORPUS_SPANS: number = SECRETS.length + ORDINARY_TEXTS.length + ORDINARY_ATTRIBUTES.length;

/**
 * Expects that an output holds every ordinary value unchanged, and no part of a secret.
 *
 * @param encode converts a text to its form in the output
 * @param name of the output, for the failure
 */
export function expectOnlyOrdinary(bytes: Uint8Array, encode: (text: string) => string, name: string): void {
  const output = toLatin1(bytes);
  const changed = ORDINARY.filter(text => !output.includes(toBytes(encode(text))));
  expect(changed, `${name}: changed`).toEqual([]);
  expectNoSecret(bytes, encode, name);
}

/** Expects that an output holds no part of a secret, neither in its encoded form nor unchanged. */
export function expectNoSecret(bytes: Uint8Array, encode: (text: string) => string, name: string): void {
  const forms = LONG_SECRETS.flatMap(secret => [secret, encode(secret)]).map(toBytes);
  expect(findLeaks(forms, toLatin1(bytes)), name).toEqual([]);
}

/** The form of a text in protobuf. */
export const unchanged = (text: string): string => text;
/** The form of a text inside JSON. */
export const toJsonText = (text: string): string => JSON.stringify(text).slice(1, -1);

/** One character for each byte of a text. */
function toBytes(text: string): string {
  return toLatin1(Buffer.from(text));
}

/** One character for each byte. */
function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Ends a span with a text in every field that holds text. */
function endSpanWith(text: string, key: string | undefined): void {
  const attributes = key === undefined ? { note: text } : { [key]: text };
  const link = { context: { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }, attributes };
  const fail = (): void =>
    trace.span(key === undefined ? `work ${text}` : 'work', { attributes, links: [link] }, span => {
      span.setAttributes({
        ...attributes,
        nested: { deep: attributes } as never,
        list: key === undefined ? ['a', text] : ['a'],
      });
      span.addEvent(key === undefined ? `event ${text}` : 'event', attributes);
      if (key === undefined) throw new Error(text, { cause: new Error(`the cause: ${text}`) });
      throw new Error('failed');
    });
  expect(fail).toThrow();
}
