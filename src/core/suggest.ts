// "Did you mean …?": the known name with the smallest edit distance, if it is small enough for a typo.

/** Two edits change most of a name of this length or less. */
const SHORT_NAME_LENGTH = 3;

/**
 * Finds the known name nearest to a mistyped one.
 *
 * @param name the mistyped name
 * @param known the existing names
 * @returns the nearest name, or undefined if none is within a third of the name's length (at least 2 edits, 1 for a name of
 *   up to 3 characters)
 */
export function suggest(name: string, known: readonly string[]): string | undefined {
  const written = name.toLowerCase().slice(0, 64);
  let best: string | undefined;
  const leastLimit = written.length <= SHORT_NAME_LENGTH ? 1 : 2;
  let bestDistance = Math.max(leastLimit, Math.floor(written.length / 3)) + 1;
  for (const candidate of known) {
    const distance = computeEditDistance(written, candidate.toLowerCase());
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein distance over UTF-16 units, one row at a time. */
function computeEditDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
