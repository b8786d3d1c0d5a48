// Builds the expressions that find candidate places: the places in a text at which a secret can be. They are built from the
// lists of words and prefixes. Each matches one character, with lookarounds for its surroundings: the sign behind a key that
// ends as keys of secrets end, the underscore behind the prefix of a token.
//
// V8 skips other characters many times faster than a loop does, as long as the expression begins with at most sixteen
// characters. With one more it examines every place (`FindWorthwhileInterval` of its compiler), and the same text takes twice
// as long.
//
// The expressions must match at every place at which a rule finds a secret. A match without a secret costs time only.

import { SECRET_KEY_ENDINGS } from '../rules/key-vocabulary.js';
import { HYPHEN_PREFIXES, UNDERSCORE_PREFIXES } from '../rules/token-prefixes.js';
import { buildEndingAlternation, buildCaseInsensitive } from './alternation.js';
import { isPlainText } from './plain-text.js';

/** The number of characters at the end of a key that are compared. */
const COMPARED_LENGTH = 5;
/** The separators between the two words of a pair. */
const SEPARATORS = ['', '_', '-', '.', '$', '[', '~', '%', '__', '--', ']['];

/** Finds candidate places. */
export interface CandidateFinder {
  /** Whether a text has a candidate place. Hardly any ordinary text has one. */
  hasCandidate(text: string): boolean;
  /** The expression behind `hasCandidate`. */
  readonly prefilter: RegExp;
  /** Its `lastIndex - 1` is the next place. For texts without an `@`, in which URLs can hold webhooks but no user info. */
  readonly withoutAtSign: RegExp;
  /** The same for texts with an `@`. */
  readonly withAtSign: RegExp;
}

/**
 * Builds the expressions.
 *
 * @param isAnyKeySecret whether any key can be the key of a secret, because the user added keys
 */
export function createCandidateFinder(isAnyKeySecret: boolean): CandidateFinder {
  const shared = [
    `_(?<=${buildEndingAlternation(UNDERSCORE_PREFIXES)}_)${TOKEN_FOLLOWS}`,
    // Prefixes, options of a command line and PEM, `-u name:password`.
    `-(?:(?<=${buildEndingAlternation(HYPHEN_PREFIXES)}-)${TOKEN_FOLLOWS}|${String.raw`(?<!--)(?=-[-A-Za-z])|(?=----BEGIN )|(?<![^\s"'\[(]-)(?=u)`})`,
    // Texts of SQL, behind a word or a bracket.
    String.raw`["'](?<=(?:\([ \t\n]{0,8}|[\w>~-][ \t\n]{1,8})[nbeNBE]?\\*["'])`,
    String.raw`S(?=G\.)`,
    'I(?:(?<=A[KS]I)(?=A)|(?<=AI)(?=za))',
    String.raw`[bB](?=(?:${buildCaseInsensitive('earer')}|${buildCaseInsensitive('asic')})(?:[ \t+]|%2))`,
    String.raw`[vV](?:(?=${buildCaseInsensitive('alue')}[sS]?\s{0,8}\()|(?<=hv)(?=[sbr]\.))`,
  ].join('|');
  const always = String.raw`y(?=a29\.)|J(?<=eyJ)|${shared}`;
  const signs = (keyEnds: string, url: string): string =>
    isAnyKeySecret ? '[=:]' : `[=:](?:${buildKeyLookbehind(keyEnds)}|${SLASHES}${url})`;
  const encodedSign = '%(?=(?:25){0,4}3[aAdD])';
  const keyEnds = `${KEY_ENDS}|${ENCODED_KEY_END}`;
  // Three differences from the other two. A percent-encoded key is found by its percent sign, which is rarer. A web token is
  // found by its y, which is among the first characters already, to stay at sixteen. Stacks are full of `<anonymous>`.
  const prefilter = new RegExp(
    String.raw`${signs(KEY_ENDS, WEBHOOKS)}|%(?=(?:25){0,4}3[aAdD]|${ENCODED_KEY_FOLLOWS})|@|<(?=[A-Za-z])(?!anonymous>)|y(?=a29\.|(?<=ey)J)|${shared}`,
  );
  return {
    hasCandidate: text => !isPlainText(text, isAnyKeySecret) && prefilter.test(text),
    prefilter,
    withoutAtSign: new RegExp(`${signs(keyEnds, WEBHOOKS)}|${encodedSign}|<(?=[A-Za-z])|${always}`, 'g'),
    withAtSign: new RegExp(`${signs(keyEnds, ')')}|${encodedSign}|<(?=[A-Za-z])|${always}`, 'g'),
  };
}

const SLASHES = String.raw`(?=\\{0,7}\/\\{0,7}\/`;
const WEBHOOKS = String.raw`(?:hooks\.slack|discord|api\.telegram))`;

/** Behind a prefix: as many characters as a token has, or the end of the text. */
const TOKEN_FOLLOWS = String.raw`(?=[\w-]{16}|[\w-]{0,15}$)`;

/**
 * The ends of keys of secrets: a word of the vocabulary, a number (`password2`, `token_b64`) or a bracket. The last character
 * is tested first, because most signs are behind a digit or a slash.
 */
const KEY_ENDS = String.raw`[A-Za-z%_][-.$~[\]%_\d]{0,16}\d|${buildEndingAlternation(buildKeyEndings(), true)}(?<=[^\d/ ])|\]|; name`;
/** A key may be percent-encoded, in whole or in part: `%74oken`. */
const ENCODED_KEY_END = String.raw`%[\da-fA-F]{2}\w{0,4}`;
const ENCODED_KEY_FOLLOWS = String.raw`[\da-fA-F]{2}\w{0,4}[=:"'\x60\\\] \t!]`;

/**
 * Matches behind a key with such an end, or the name of a form's field. The separators between key and sign are tried only if
 * the character before the sign is one of them.
 */
function buildKeyLookbehind(keyEnd: string): string {
  const between = String.raw`[-.$~[%_]{0,8}(?:\\*["'\x60])?\]?[ \t!]{0,8}(?<=[-.$~[%_\]"'\x60 \t!])`;
  return `(?<=(?:${keyEnd}|(?:${keyEnd})${between})[=:])`;
}

/** The endings of keys with letters last. Those with a number last are found by the number. */
function buildKeyEndings(): string[] {
  return SECRET_KEY_ENDINGS.filter(each => !/\d$/.test(each)).flatMap(each =>
    SEPARATORS.map(separator => each.replace(' ', separator).slice(-COMPARED_LENGTH)),
  );
}
