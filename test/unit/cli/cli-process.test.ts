import { describe, expect, test } from 'vitest';
import { isColorEnabled, getTerminalWidth } from '../../../src/cli/cli-process.js';
import { createFakeCliProcess, type FakeCliOptions } from '../../support/fake-cli-process.js';

describe('colour', () => {
  test.each<[string, FakeCliOptions, boolean]>([
    ['a terminal', { isTTY: true }, true],
    ['a pipe', {}, false],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
    ['NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }, true],
    ['FORCE_COLOR in a pipe', { env: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=0', { isTTY: true, env: { FORCE_COLOR: '0' } }, false],
    ['an empty FORCE_COLOR', { env: { FORCE_COLOR: '' } }, false],
    ['NO_COLOR and FORCE_COLOR', { env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
  ])('for %s', (_, options, expected) => {
    expect(isColorEnabled(createFakeCliProcess(options))).toBe(expected);
  });
});

describe('width', () => {
  test.each<[string, FakeCliOptions, number]>([
    ['the terminal', { columns: 100, env: { COLUMNS: '60' } }, 100],
    ['COLUMNS', { env: { COLUMNS: '60' } }, 60],
    ['a COLUMNS that is no number', { env: { COLUMNS: 'wide' } }, 80],
    ['a COLUMNS of 0', { env: { COLUMNS: '0' } }, 80],
    ['nothing', {}, 80],
  ])('of %s', (_, options, expected) => {
    expect(getTerminalWidth(createFakeCliProcess(options))).toBe(expected);
  });
});
