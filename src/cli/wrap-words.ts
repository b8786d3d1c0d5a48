// Text in lines of a given width, and colour that is put on afterwards: padding never counts what nobody sees.

const CONTROLS = /\p{Cc}+/gu;
const MIN_WIDTH = 20;

/** Colours, or none. */
export interface ReportStyles {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly ok: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly error: (text: string) => string;
  readonly skipped: (text: string) => string;
}

/** Makes a painter. */
export function createReportStyles(color: boolean): ReportStyles {
  const style =
    (open: number, close: number) =>
    (text: string): string =>
      color ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    strong: style(1, 22),
    faint: style(2, 22),
    ok: style(32, 39),
    warning: style(33, 39),
    error: style(31, 39),
    skipped: style(2, 22),
  };
}

/**
 * Folds text at its blanks; a word that is longer than a line stands on one of its own, so that URLs can be copied.
 * Control characters, which a backend may have sent, become blanks.
 *
 * @param text one paragraph
 * @param width columns
 */
export function wrapWords(text: string, width: number): string[] {
  const limit = Math.max(MIN_WIDTH, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.replace(CONTROLS, ' ').split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
