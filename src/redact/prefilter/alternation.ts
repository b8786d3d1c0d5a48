// Builds one fast regular expression from many words.

/** The number of alternatives that are tried one by one. */
const GROUP_SIZE = 5;

interface Branch extends Map<string, Branch> {}

/**
 * Builds an alternation for a lookbehind. A lookbehind matches from right to left, so the texts are grouped by their last
 * characters.
 *
 * @param isCaseInsensitive whether letters match in both cases
 */
export function buildEndingAlternation(texts: Iterable<string>, isCaseInsensitive = false): string {
  const root: Branch = new Map();
  for (const text of texts) {
    let branch = root;
    for (const character of [...text].reverse()) {
      const next = branch.get(character) ?? new Map();
      branch.set(character, next);
      branch = next;
    }
    branch.set('', new Map());
  }
  return toExpression(root, isCaseInsensitive);
}

/** Builds an expression for a text whose letters match in both cases. */
export function buildCaseInsensitive(text: string): string {
  return [...text].map(each => (/[a-z]/i.test(each) ? `[${getBothCases(each)}]` : escape(each))).join('');
}

function toExpression(branch: Branch, isCaseInsensitive: boolean): string {
  // A text that ends in this branch matches behind any other text.
  if (branch.has('')) return '';
  const entries = [...branch].map(([character, before]) => ({
    letters: isCaseInsensitive ? getBothCases(character) : escape(character),
    expression: `${toExpression(before, isCaseInsensitive)}${isCaseInsensitive ? buildCaseInsensitive(character) : escape(character)}`,
  }));
  if (entries.length < 2 * GROUP_SIZE) return buildAlternation(entries.map(each => each.expression));
  // Many alternatives are tried in groups. A test of the last character comes before each group.
  const groups: string[] = [];
  for (let from = 0; from < entries.length; from += GROUP_SIZE) {
    const group = entries.slice(from, from + GROUP_SIZE);
    const letters = group.map(each => each.letters).join('');
    groups.push(`${buildAlternation(group.map(each => each.expression))}(?<=[${letters}])`);
  }
  return buildAlternation(groups);
}

function buildAlternation(expressions: readonly string[]): string {
  return expressions.length === 1 ? expressions.join('') : `(?:${expressions.join('|')})`;
}

function getBothCases(character: string): string {
  return /[a-z]/i.test(character) ? character.toLowerCase() + character.toUpperCase() : escape(character);
}

function escape(character: string): string {
  return /\w/.test(character) ? character : `\\${character}`;
}
