// Numbers in messages, with the word that fits them.

/**
 * A number and its noun, with a verb if the noun brings one: `1 span`, `2 spans were`.
 *
 * @param value how many
 * @param one what stands behind 1
 * @param many what stands behind any other number
 * @example
 * count(lost, 'span was', 'spans were'); // '1 span was'
 */
export function pluralize(value: number, one: string, many = `${one}s`): string {
  return `${value} ${value === 1 ? one : many}`;
}
