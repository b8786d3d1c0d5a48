// Wraps text at spaces.

const CONTROL_CHARACTERS = /\p{Cc}+/gu;
const MIN_WIDTH = 20;

/**
 * Wraps text at its spaces. A word that is longer than a line gets its own line and is not broken, so that URLs can be copied.
 * Control characters, which may come from a backend, become spaces.
 *
 * @param text one paragraph, without styles
 * @param width columns
 */
export function wrapWords(text: string, width: number): string[] {
  const limit = Math.max(MIN_WIDTH, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.replace(CONTROL_CHARACTERS, ' ').split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
