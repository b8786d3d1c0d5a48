import { describe, expect, it } from 'vitest';
import { matchesHostPattern, parseHostPattern } from '../../../src/core/host-pattern.js';

describe('parseHostPattern', () => {
  it.each([
    '',
    ' ',
    'https://a',
    'a/b',
    'a:0',
    'a:70000',
    'a:b',
    'a b',
    'a@b',
    '*.',
    'a.*',
    `${'a'.repeat(600)}`,
  ])('refuses %j', text => {
    expect(parseHostPattern(text)).toBeUndefined();
  });
});

describe('matchesHostPattern', () => {
  it.each([
    ['api.example', 'api.example', 80, true],
    ['API.example.', 'api.example', 443, true],
    ['api.example', 'api.example.', 80, true],
    ['api.example', 'a.api.example', 80, false],
    ['api.example:8443', 'api.example', 8443, true],
    ['api.example:8443', 'api.example', 443, false],
    ['*.example', 'a.b.example', 80, true],
    ['*.example', 'example', 80, false],
    ['*.example', 'badexample', 80, false],
    ['*.example:81', 'a.example', 81, true],
    ['[::1]', '::1', 80, true],
    ['::1', '::1', 80, true],
    ['[0:0:0:0:0:0:0:1]:8080', '::1', 8080, true],
    ['[::1]:8080', '::1', 80, false],
    ['*', 'anything', 1, true],
    ['*:81', 'anything', 80, false],
    ['münchen.example', 'xn--mnchen-3ya.example', 80, true],
  ])('%s and %s:%i: %s', (text, host, port, expected) => {
    const pattern = parseHostPattern(text);
    expect(pattern !== undefined && matchesHostPattern(pattern, { host, port })).toBe(expected);
  });
});
