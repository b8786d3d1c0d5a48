// The styles of the doctor's report. They are added after wrapping and padding, because escape sequences count as characters.

import { createAnsiStyle, plainText, type TextStyle } from '../analysis/ansi.js';

/** The styles of the doctor's report: two for text, and one for each status of a check. */
export type ReportStyles = Readonly<
  Record<'strong' | 'faint' | 'ok' | 'warning' | 'error' | 'skipped', TextStyle>
>;

const COLORED: ReportStyles = {
  strong: createAnsiStyle(1, 22),
  faint: createAnsiStyle(2, 22),
  ok: createAnsiStyle(32, 39),
  warning: createAnsiStyle(33, 39),
  error: createAnsiStyle(31, 39),
  skipped: createAnsiStyle(2, 22),
};

const PLAIN: ReportStyles = {
  strong: plainText,
  faint: plainText,
  ok: plainText,
  warning: plainText,
  error: plainText,
  skipped: plainText,
};

/** Returns the styles with or without colour. */
export function selectReportStyles(color: boolean): ReportStyles {
  return color ? COLORED : PLAIN;
}
