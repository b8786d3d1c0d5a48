// ANSI escape sequences that style text in a terminal.
//
//   ESC [ 31 m  text  ESC [ 39 m        Select Graphic Rendition: red, then the default colour
//
// Source: ECMA-48, section 8.3.117

/** Adds style to a text, or returns it unchanged. */
export type TextStyle = (text: string) => string;

/** The style that changes nothing. */
export const plainText: TextStyle = text => text;

/**
 * Creates a style. The text must not contain escape sequences itself. An empty text stays empty.
 *
 * @param open the SGR code that switches the style on
 * @param close the SGR code that switches it off
 */
export function createAnsiStyle(open: number, close: number): TextStyle {
  return text => (text === '' ? '' : `\u001B[${open}m${text}\u001B[${close}m`);
}
