// Many words as one alternation that is quick to try.

/** How many alternatives are tried one by one. */
const GROUP = 5;

interface Branch extends Map<string, Branch> {}

/**
 * An alternation of texts for an expression that looks behind: such a one reads from right to left, so they are ordered by
 * their last characters.
 *
 * @param inAnyCase whether letters fit in both cases
 */
export function alternationOfEndings(texts: Iterable<string>, inAnyCase = false): string {
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
  return written(root, inAnyCase);
}

/** A text whose letters fit in both cases. */
export function caseInsensitive(text: string): string {
  return [...text].map(each => (/[a-z]/i.test(each) ? `[${bothCases(each)}]` : escaped(each))).join('');
}

function written(branch: Branch, inAnyCase: boolean): string {
  // A text that ends here fits whatever stands before it.
  if (branch.has('')) return '';
  const entries = [...branch].map(([character, before]) => ({
    letters: inAnyCase ? bothCases(character) : escaped(character),
    expression: `${written(before, inAnyCase)}${inAnyCase ? caseInsensitive(character) : escaped(character)}`,
  }));
  if (entries.length < 2 * GROUP) return either(entries.map(each => each.expression));
  // Many are tried in groups, each behind a look at whether the character is one of the group's.
  const groups: string[] = [];
  for (let from = 0; from < entries.length; from += GROUP) {
    const group = entries.slice(from, from + GROUP);
    const letters = group.map(each => each.letters).join('');
    groups.push(`${either(group.map(each => each.expression))}(?<=[${letters}])`);
  }
  return either(groups);
}

function either(expressions: readonly string[]): string {
  return expressions.length === 1 ? expressions.join('') : `(?:${expressions.join('|')})`;
}

function bothCases(character: string): string {
  return /[a-z]/i.test(character) ? character.toLowerCase() + character.toUpperCase() : escaped(character);
}

function escaped(character: string): string {
  return /\w/.test(character) ? character : `\\${character}`;
}
