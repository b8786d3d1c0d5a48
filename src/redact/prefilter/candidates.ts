// The expression that finds the places in a text where a secret can be. It is made of the lists of words and prefixes, and
// matches one character, with what must stand around it: the sign behind a key that ends as keys of secrets end, the
// underscore behind a token's prefix. The engine skips what is none of these characters many times quicker than a loop does,
// as long as they are sixteen at most: with one more, V8 looks at each place (`FindWorthwhileInterval` of its compiler), and
// the same text takes twice as long.
//
// It must find every place at which a handler finds a secret; what it finds beyond that costs time only.

import { caseInsensitive, alternationOfEndings } from './alternation.js';
import { isPlainText } from './plain-text.js';
import { HYPHEN_PREFIXES, UNDERSCORE_PREFIXES } from '../rules/token-prefixes.js';
import { SECRET_KEY_ENDINGS } from '../rules/key-vocabulary.js';

/** How many characters of a key's end are compared. */
const COMPARED = 5;
/** What may stand between the two words of a pair. */
const BETWEEN = ['', '_', '-', '.', '$', '[', '~', '%', '__', '--', ']['];

/** Finds suspicious places. */
export interface CandidateFinder {
  /** Whether a text has any: of ordinary ones hardly any has. */
  hasCandidate(text: string): boolean;
  /** The expression that tells. */
  readonly prefilter: RegExp;
  /** `lastIndex - 1` is the next; for texts without an `@`: in those, a URL's front part can hold webhooks only. */
  readonly withoutAtSign: RegExp;
  readonly withAtSign: RegExp;
}

/**
 * Makes the expressions.
 *
 * @param anyKey whether any key at all may be the one of a secret: the user's own
 */
export function createCandidateFinder(anyKey: boolean): CandidateFinder {
  const shared = [
    `_(?<=${alternationOfEndings(UNDERSCORE_PREFIXES)}_)${LONG}`,
    // Prefixes, options of a command line and PEM, `-u name:password`.
    `-(?:(?<=${alternationOfEndings(HYPHEN_PREFIXES)}-)${LONG}|${String.raw`(?<!--)(?=-[-A-Za-z])|(?=----BEGIN )|(?<![^\s"'\[(]-)(?=u)`})`,
    // Texts of SQL, behind a word or a bracket.
    String.raw`["'](?<=(?:\([ \t\n]{0,8}|[\w>~-][ \t\n]{1,8})[nbeNBE]?\\*["'])`,
    String.raw`S(?=G\.)`,
    'I(?:(?<=A[KS]I)(?=A)|(?<=AI)(?=za))',
    String.raw`[bB](?=(?:${caseInsensitive('earer')}|${caseInsensitive('asic')})(?:[ \t+]|%2))`,
    String.raw`[vV](?:(?=${caseInsensitive('alue')}[sS]?\s{0,8}\()|(?<=hv)(?=[sbr]\.))`,
  ].join('|');
  const always = String.raw`y(?=a29\.)|J(?<=eyJ)|${shared}`;
  const signs = (keyEnds: string, url: string): string =>
    anyKey ? '[=:]' : `[=:](?:${behind(keyEnds)}|${SLASHES}${url})`;
  const encodedSign = '%(?=(?:25){0,4}3[aAdD])';
  const keyEnds = `${KEY_ENDS}|${ENCODED_END}`;
  // What is percent-encoded is found by its percent sign here, which is rarer. A web token is found by its y, which is
  // looked for already, to stay at sixteen characters. Stacks are full of `<anonymous>`.
  const any = new RegExp(
    String.raw`${signs(KEY_ENDS, WEBHOOKS)}|%(?=(?:25){0,4}3[aAdD]|${ENCODED_BEFORE})|@|<(?=[A-Za-z])(?!anonymous>)|y(?=a29\.|(?<=ey)J)|${shared}`,
  );
  return {
    hasCandidate: text => !isPlainText(text, anyKey) && any.test(text),
    prefilter: any,
    withoutAtSign: new RegExp(`${signs(keyEnds, WEBHOOKS)}|${encodedSign}|<(?=[A-Za-z])|${always}`, 'g'),
    withAtSign: new RegExp(`${signs(keyEnds, ')')}|${encodedSign}|<(?=[A-Za-z])|${always}`, 'g'),
  };
}

const SLASHES = String.raw`(?=\\{0,7}\/\\{0,7}\/`;
const WEBHOOKS = String.raw`(?:hooks\.slack|discord|api\.telegram))`;

/** Behind a prefix: as long as tokens are, or cut. */
const LONG = String.raw`(?=[\w-]{16}|[\w-]{0,15}$)`;

/**
 * How keys of secrets end: in a word of theirs, in a number (`password2`, `token_b64`) or in a bracket. The last character
 * is looked at first, as most signs stand behind a digit or a slash.
 */
const KEY_ENDS = String.raw`[A-Za-z%_][-.$~[\]%_\d]{0,16}\d|${alternationOfEndings(keyEnds(), true)}(?<=[^\d/ ])|\]|; name`;
/** A key may be percent-encoded, in whole or in part: `%74oken`. */
const ENCODED_END = String.raw`%[\da-fA-F]{2}\w{0,4}`;
const ENCODED_BEFORE = String.raw`[\da-fA-F]{2}\w{0,4}[=:"'\x60\\\] \t!]`;

/**
 * Behind a key that ends like this, or the name of a form's field. What may stand between key and sign is tried only where
 * the character before the sign is of that kind.
 */
function behind(end: string): string {
  const between = String.raw`[-.$~[%_]{0,8}(?:\\*["'\x60])?\]?[ \t!]{0,8}(?<=[-.$~[%_\]"'\x60 \t!])`;
  return `(?<=(?:${end}|(?:${end})${between})[=:])`;
}

/** Those that end in a number are found by it. */
function keyEnds(): string[] {
  return SECRET_KEY_ENDINGS.filter(each => !/\d$/.test(each)).flatMap(each =>
    BETWEEN.map(between => each.replace(' ', between).slice(-COMPARED)),
  );
}
