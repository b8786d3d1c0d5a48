// The corpus in spans of `trace`: each text in every position that holds one.

import { expect } from 'vitest';
import { trace } from '../../../src/index.js';
import { ORDINARY_ATTRIBUTES, ORDINARY_TEXTS } from '../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';
import { leaksIn } from './find-leaks.js';

/** Shorter ones are digits, as times and ids are; they are looked for text by text in the tests of the redactor. */
const LONG = SECRETS.map(each => each.secret).filter(secret => secret.length >= 8);
const ORDINARY = [
  ...ORDINARY_TEXTS,
  ...ORDINARY_ATTRIBUTES.map(([, value]) => value).filter(value => typeof value === 'string'),
];

/** Makes a span for each secret and each ordinary value. */
export function plantCorpus(): void {
  for (const { text, key } of SECRETS) plant(text, key);
  for (const text of ORDINARY_TEXTS) plant(text, undefined);
  for (const [key, value] of ORDINARY_ATTRIBUTES)
    trace.span('ordinary', { attributes: { [key]: value } }, () => {});
}

/** How many spans `plantCorpus` makes. */
export const PLANTED: number = SECRETS.length + ORDINARY_TEXTS.length + ORDINARY_ATTRIBUTES.length;

/**
 * Expects that bytes hold each ordinary value as it was, and nothing of a secret.
 *
 * @param written how a text is written in them
 */
export function expectOnlyOrdinary(bytes: Uint8Array, written: (text: string) => string, way: string): void {
  const output = characters(Buffer.from(bytes));
  const changed = ORDINARY.filter(text => !output.includes(characters(Buffer.from(written(text)))));
  expect(changed, `${way}: changed`).toEqual([]);
  expectNoSecret(bytes, written, way);
}

/** Expects that bytes hold nothing of a secret, written as in them or as it is. */
export function expectNoSecret(bytes: Uint8Array, written: (text: string) => string, way: string): void {
  const forms = LONG.flatMap(secret => [secret, written(secret)]).map(text => characters(Buffer.from(text)));
  expect(leaksIn(forms, characters(Buffer.from(bytes))), way).toEqual([]);
}

/** How a text is written in protobuf. */
export const plain = (text: string): string => text;
/** How a text is written within JSON. */
export const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** One character for each byte, whatever the bytes are. */
function characters(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** A span with a text in every position that holds text. */
function plant(text: string, key: string | undefined): void {
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
      if (key === undefined) throw new Error(text, { cause: new Error(`behind it: ${text}`) });
      throw new Error('failed');
    });
  expect(fail).toThrow();
}
