// Finds secrets in elements of XML and in parts of a form.
//
//   <wsse:Password Type="…">hunter2</wsse:Password>
//   Content-Disposition: form-data; name="password"\r\n\r\nhunter2\r\n--

import type { KeyClassifier } from './key-classifier.js';
import { isNonSecretValue } from './key-value.js';
import { matchAt, type SecretRange } from './secret-range.js';

/** A name in quotes, headers, an empty line. In JSON all of it has backslashes. */
const FIELD =
  /=\\{0,7}"([^"\\\r\n]{1,64})\\{0,7}"(?:(?:\r?\n|(?:\\{1,7}r)?\\{1,7}n)[^\r\n\\]{1,128}){0,2}(?:\r?\n|(?:\\{1,7}r)?\\{1,7}n){2}/y;

/** Finds the text of an XML element: `at` is its opening `<`. */
export function findXmlElementSecret(text: string, at: number, keys: KeyClassifier): SecretRange | undefined {
  const opening = matchAt(/<(?:[\w.-]{1,32}:)?([\w.-]{1,64})(?:\s[^<>]{0,256})?>/y, text, at);
  if (opening === null) return undefined;
  return findSecretUpTo(/</, text, at + opening[0].length, opening[1] ?? '', keys);
}

/** Finds the value of a form field: `at` is the equals sign of its `name=`. */
export function findFormFieldSecret(text: string, at: number, keys: KeyClassifier): SecretRange | undefined {
  const name = text.startsWith('; name', at - 6) ? matchAt(FIELD, text, at) : null;
  if (name === null) return undefined;
  return findSecretUpTo(/[\nn]--/, text, at + name[0].length, name[1] ?? '', keys);
}

function findSecretUpTo(
  close: RegExp,
  text: string,
  start: number,
  key: string,
  keys: KeyClassifier,
): SecretRange | undefined {
  const keyKind = keys.classify(key);
  if (keyKind === 'plain' || keyKind === 'query') return undefined;
  const length = text.slice(start).search(close);
  const end = length < 0 ? text.length : start + length;
  return end === start || isNonSecretValue(text.slice(start, end), keyKind) ? undefined : { start, end, key };
}
