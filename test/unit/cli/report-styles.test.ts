import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { selectReportStyles } from '../../../src/cli/report-styles.js';

test('without colour no style changes the text', () => {
  expect(Object.values(selectReportStyles(false)).map(style => style('text'))).toEqual(Array(6).fill('text'));
});

test('with colour each status has its own style, and the text stays', () => {
  const { ok, warning, error, skipped } = selectReportStyles(true);
  const styled = [ok, warning, error, skipped].map(style => style('text'));
  expect(new Set(styled).size).toBe(4);
  expect(styled.map(stripVTControlCharacters)).toEqual(Array(4).fill('text'));
});
