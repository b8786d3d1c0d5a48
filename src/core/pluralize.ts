// Numbers in messages, with a noun in the right form.

/**
 * Formats a number with its noun, which may include a verb: `1 span`, `2 spans were`.
 *
 * @param value the number
 * @param one the words after 1
 * @param many the words after any other number
 * @example
 * pluralize(lost, 'span was', 'spans were'); // '1 span was'
 */
export function pluralize(value: number, one: string, many = `${one}s`): string {
  return `${value} ${value === 1 ? one : many}`;
}
