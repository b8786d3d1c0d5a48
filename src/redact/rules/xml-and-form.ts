// Secrets between what opens and closes them: elements of XML, parts of a form.
//
//   <wsse:Password Type="…">hunter2</wsse:Password>
//   Content-Disposition: form-data; name="password"\r\n\r\nhunter2\r\n--

import { isNonSecretValue } from './key-value.js';
import type { KeyClassifier } from './key-classifier.js';
import { matchAt, type SecretRange } from './secret-range.js';

/** A name in quotes, headers, an empty line; in JSON all of it with backslashes. */
const FIELD =
  /=\\{0,7}"([^"\\\r\n]{1,64})\\{0,7}"(?:(?:\r?\n|(?:\\{1,7}r)?\\{1,7}n)[^\r\n\\]{1,128}){0,2}(?:\r?\n|(?:\\{1,7}r)?\\{1,7}n){2}/y;

/** The text of an element: `at` is the `<` that opens it. */
export function findXmlElementSecret(text: string, at: number, keys: KeyClassifier): SecretRange | undefined {
  const opened = matchAt(/<(?:[\w.-]{1,32}:)?([\w.-]{1,64})(?:\s[^<>]{0,256})?>/y, text, at);
  return opened === null ? undefined : upTo(/</, text, at + opened[0].length, opened[1] ?? '', keys);
}

/** What a field of a form was given: `at` is the equals sign of its `name=`. */
export function findFormFieldSecret(text: string, at: number, keys: KeyClassifier): SecretRange | undefined {
  const name = text.startsWith('; name', at - 6) ? matchAt(FIELD, text, at) : null;
  return name === null ? undefined : upTo(/[\nn]--/, text, at + name[0].length, name[1] ?? '', keys);
}

function upTo(
  close: RegExp,
  text: string,
  start: number,
  key: string,
  keys: KeyClassifier,
): SecretRange | undefined {
  const verdict = keys.classify(key);
  if (verdict === 'plain' || verdict === 'query') return undefined;
  const length = text.slice(start).search(close);
  const end = length < 0 ? text.length : start + length;
  return end === start || isNonSecretValue(text.slice(start, end), verdict) ? undefined : { start, end, key };
}
