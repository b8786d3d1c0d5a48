import { describe, expect, it } from 'vitest';
import { trimOws } from '../../../src/w3c/ows.js';

describe('trimOws', () => {
  it.each([
    ['a', 'a'],
    [' \t a b \t', 'a b'],
    [' ', ''],
    ['', ''],
    ['\u00a0a\u00a0', '\u00a0a\u00a0'],
    ['\r\na\n', '\r\na\n'],
  ])('trims %j to %j', (text, trimmed) => {
    expect(trimOws(text)).toBe(trimmed);
  });
});
